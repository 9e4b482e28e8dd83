# A repeated idempotency key is not looked for among the answers: a retry whose answer a kill swallowed goes in again.
set(source stream/append_queue.cc)
set(guard [[if (auto stored = keys_.find(pending.key)) {]])
set(without [[if (auto stored = keys_.find(pending.key); stored && settings_.partition_count == 0) {]])
