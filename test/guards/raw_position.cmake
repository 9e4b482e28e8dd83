# Raw files are committed without the position they reach to.
set(source deliver/raw_sink.cc)
set(guard [[commit.positions[name_] = taken_;]])
set(without [[]])
