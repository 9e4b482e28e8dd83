# The table's files are committed without the position they reach to.
set(source deliver/raw_table.cc)
set(guard [[commit.positions[consumer] = contained;]])
set(without [[]])
