import { describe, expect, it } from "vitest";
import { formatText, isRepeat, shareDone, tookMs } from "./facts";
import { likelySource, matchColumns, otherColumns, type Source } from "./match";
import { csvRows, delimiterOf, kindOf, lookAt, objectsIn, typeOf } from "./sniff";

const lines: Source = {
  name: "lines",
  columns: [
    { name: "invoice_no", type: "STRING" },
    { name: "quantity", type: "INTEGER" },
  ],
};

describe("the first look at a file", () => {
  it("knows kinds by names, packed or not", () => {
    expect(kindOf("Orders.CSV.gz")).toBe("csv");
    expect(kindOf("a.ndjson")).toBe("json");
    expect(kindOf("Online Retail.xlsx")).toBe("xlsx");
    expect(kindOf("notes")).toBe("unknown");
  });

  it("reads quotes, doubled quotes and line ends inside of them", () => {
    expect(csvRows('a,b\r\n"x, ""y""","1\n2"\n\nz,3', ",", false)).toEqual([
      ["a", "b"],
      ['x, "y"', "1\n2"],
      ["z", "3"],
    ]);
  });

  it("leaves out a last line that was cut off", () => {
    expect(csvRows("a,b\n1,2\n3,", ",", true)).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
  });

  it("finds the delimiter that the head has most of", () => {
    expect(delimiterOf("a;b;c,d\n1;2;3")).toBe(";");
    expect(delimiterOf("a\tb")).toBe("\t");
    expect(delimiterOf("alone")).toBe(",");
  });

  it("finds objects in arrays and in lines, and stops where they break", () => {
    expect(objectsIn('[{"a": "}"}, {"a": {"b": 1}}]')).toHaveLength(2);
    expect(objectsIn('{"a":1}\n{"a":2}\n{"a":')).toHaveLength(2);
    expect(objectsIn("{'a': 1}")).toEqual([]);
  });

  it("guesses types from all values", () => {
    expect(typeOf(["1", "", "-2"])).toBe("integer");
    expect(typeOf(["1", "2.5"])).toBe("number");
    expect(typeOf(["12/1/2010 8:26", "2010-12-01"])).toBe("date or time");
    expect(typeOf(["1", "six"])).toBe("text");
    expect(typeOf(["", ""])).toBe("empty");
  });

  it("gives a look with names, types and rows", () => {
    const look = lookAt("a.csv", "\uFEFFInvoiceNo,Quantity\n536365,6\n", false);
    expect(look.columns).toEqual([
      { name: "InvoiceNo", type: "integer" },
      { name: "Quantity", type: "integer" },
    ]);
    expect(look.rows).toEqual([["536365", "6"]]);
    expect(lookAt("a.json", '[{"a":1},{"b":null}]', false).rows).toEqual([
      ["1", ""],
      ["", ""],
    ]);
  });
});

describe("which source a file is for", () => {
  it("takes names in any writing", () => {
    expect(matchColumns(lines, ["InvoiceNo", "Invoice Total"])).toEqual([
      { column: "invoice_no", type: "STRING", from: "InvoiceNo" },
      { column: "quantity", type: "INTEGER", from: null },
    ]);
    expect(otherColumns(lines, ["InvoiceNo", "Colour"])).toEqual(["Colour"]);
  });

  it("says nothing where nothing fits", () => {
    expect(likelySource([lines], ["Invoice No", "QUANTITY"])).toBe("lines");
    expect(likelySource([lines], ["a", "b"])).toBeNull();
    expect(likelySource([], ["a"])).toBeNull();
  });
});

describe("facts of an import", () => {
  it("tells how it was read, how far it is and how long it took", () => {
    expect(
      formatText({ kind: "csv", compression: "gzip", encoding: "utf-8", delimiter: "\t", header: true }),
    ).toBe("CSV, utf-8, parted by tabs, packed with gzip");
    expect(shareDone({ bytes_done: 5, bytes_total: 0 })).toBe(0);
    expect(shareDone({ bytes_done: 5, bytes_total: 10 })).toBe(0.5);
    expect(tookMs({ started_at: null, finished_at: null })).toBeNull();
    expect((["skipped", "succeeded", "refused"] as const).map((state) => isRepeat({ state }))).toEqual([true, false, false]);
  });
});
