import { describe, expect, it } from "vitest";
import type { StreamRecord } from "./api";
import { addSample, mean, rateOf } from "./rates";
import { draftRecord, joinTail, tailMax, wrongWith } from "./tail";

const record = (position: number): StreamRecord => ({
  partition: 0,
  offset: position,
  position,
  received_at: "2026-01-01T00:00:00Z",
  key: "a",
  value: { n: position },
  value_encoding: "json",
});

describe("throughput", () => {
  it("is what positions grow by each second", () => {
    const samples = [
      { at: 0, position: 10 },
      { at: 1000, position: 10 },
      { at: 3000, position: 50 },
    ];
    expect(rateOf(samples)).toEqual([0, 20]);
    expect(mean([])).toBe(0);
  });

  it("begins anew when positions go back, and keeps a minute and a half", () => {
    expect(addSample([{ at: 0, position: 10 }], { at: 1, position: 3 })).toEqual([
      { at: 1, position: 3 },
    ]);
    const many = Array.from({ length: 200 }, (_, i) => ({ at: i, position: i })).reduce(
      addSample,
      [],
    );
    expect(many).toHaveLength(90);
  });
});

describe("the tail", () => {
  it("has each record once, newest first, and no more than it shows", () => {
    const first = joinTail([], [record(1), record(2)]);
    const joined = joinTail(first, [record(2), record(3)]);
    expect(joined.map((one) => one.position)).toEqual([3, 2, 1]);
    const page = Array.from({ length: 300 }, (_, i) => record(10 + i));
    expect(joinTail(joined, page)).toHaveLength(tailMax);
    expect(joinTail(joined, page)[0]?.position).toBe(309);
  });
});

describe("a test record", () => {
  it("begins as the newest one, else as the fields say", () => {
    expect(JSON.parse(draftRecord(record(5), []))).toEqual({ n: 5 });
    const fields = [
      { column_name: "id", type: "BIGINT", description: null },
      { column_name: "price", type: "DECIMAL(12,4)", description: null },
      { column_name: "at", type: "TIMESTAMP", description: null },
    ];
    expect(JSON.parse(draftRecord(undefined, fields))).toEqual({
      id: 1,
      price: 1.5,
      at: "2026-01-31T12:00:00",
    });
  });

  it("must be an object or several", () => {
    expect(wrongWith("{}")).toBeNull();
    expect(wrongWith("[{}]")).toBeNull();
    expect(wrongWith("3")).toContain("object");
    expect(wrongWith("{")).not.toBeNull();
  });
});
