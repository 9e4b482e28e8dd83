/* asset:
  description: >-
    Lines that say who bought what and when: customer, date and description are there. Nothing is
    de-duplicated, cancellations stay; country is in lower case without outer blanks. A blank is every
    white space, tabs and no-break spaces too, on each engine alike: trim() alone takes others on each.
  layer: clean
  grain: one row for each line of an invoice
  materialize: files
  partition_by: country
  refresh: {every: 60s, records: 50000}
  columns:
    invoice_no: Number of the invoice; C before it marks a cancellation, A a correction of bad debt.
    stock_code: Code of the product, as written.
    description: Name of the product, as written.
    quantity: Pieces; negative where they came back.
    invoice_date: When it was written, in the shop's time.
    unit_price: Price of a piece in pounds.
    customer_id: Who bought.
    country: Where the customer lives, in lower case.
  checks:
    - not_null: [invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country]
    # Told, not refused: one text of a till must not keep all later sales out.
    - {encoding: description, blocking: false}
    - expression:
        name: customer_id_is_there
        condition: trim(BOTH concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160)) FROM customer_id) <> ''
*/
SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id,
       lower(trim(BOTH concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160)) FROM country)) AS country
FROM raw.online_retail
WHERE trim(BOTH concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160)) FROM customer_id) <> ''
  AND trim(BOTH concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160)) FROM description) <> ''
  AND invoice_date IS NOT NULL
