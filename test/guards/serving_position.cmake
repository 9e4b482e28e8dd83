# Serving rows are written with the cursor of a stream that was never read.
set(source deliver/serving_sink.cc)
set(guard [[const serving::Cursor cursor{serving_cursor(contract_->name()), batch.next().value};]])
set(without [[const serving::Cursor cursor{serving_cursor(contract_->name()), 0};]])
