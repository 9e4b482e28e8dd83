// The SQL of these pages: plain functions of what was asked for. Values are quoted, never spliced.

/** 'O''Brien' */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const wanted = (columns: string[], asked: string): string => {
  const text = quoted(asked.trim().toUpperCase());
  return columns.map((column) => `contains(upper(${column}), ${text})`).join(" OR ");
};

const where = (columns: string[], asked: string): string =>
  asked.trim() === "" ? "" : `WHERE ${wanted(columns, asked)}\n`;

export const listMax = 1000;

/** Customers whose number or country has the text, those who spent most first. */
export function customersSql(asked: string, withGroup: boolean): string {
  return `SELECT c.customer_id, c.total_spent, c.invoices, c.products, c.last_invoice, p.country${withGroup ? ", r.segment, r.rfm_group" : ""}
FROM online_retail.top_customers AS c
LEFT JOIN (
  SELECT customer_id, max_by(country, invoice_date) AS country
  FROM online_retail.lines GROUP BY customer_id
) AS p ON p.customer_id = c.customer_id
${withGroup ? "LEFT JOIN online_retail.customer_segments AS r ON r.customer_id = c.customer_id\n" : ""}${where(["c.customer_id", "p.country", ...(withGroup ? ["r.segment", "r.rfm_group"] : [])], asked)}ORDER BY c.total_spent DESC NULLS LAST, c.customer_id
LIMIT ${listMax}`;
}

/** Products that brought most first. */
export const productsSql = `SELECT stock_code, description, quantity, sales, invoices, customers
FROM online_retail.popular_products
ORDER BY sales DESC NULLS LAST, stock_code
LIMIT ${listMax}`;

export const customerMonthsSql = (id: string): string =>
  `SELECT CAST(date_trunc('month', invoice_date) AS DATE) AS month, sum(amount) AS amount
FROM online_retail.lines
WHERE customer_id = ${quoted(id)}
GROUP BY 1
ORDER BY 1`;

export const customerProductsSql = (id: string): string =>
  `SELECT stock_code, max(description) AS description, count(DISTINCT invoice_no) AS invoices,
       sum(quantity) AS quantity, sum(amount) AS amount, max(invoice_date) AS last_bought
FROM online_retail.lines
WHERE customer_id = ${quoted(id)} AND quantity > 0
GROUP BY stock_code
ORDER BY invoices DESC, amount DESC, stock_code
LIMIT 50`;

export const productSql = (code: string): string =>
  `SELECT stock_code, description, quantity, sales, invoices, customers
FROM online_retail.popular_products
WHERE stock_code = ${quoted(code)}`;

export const productMonthsSql = (code: string): string =>
  `SELECT CAST(date_trunc('month', invoice_date) AS DATE) AS month, sum(amount) AS amount, sum(quantity) AS quantity
FROM online_retail.lines
WHERE stock_code = ${quoted(code)}
GROUP BY 1
ORDER BY 1`;

export const productCountriesSql = (code: string): string =>
  `SELECT country, sum(amount) AS amount
FROM online_retail.lines
WHERE stock_code = ${quoted(code)}
GROUP BY country
ORDER BY amount DESC NULLS LAST, country
LIMIT 8`;

export const productBuyersSql = (code: string): string =>
  `SELECT customer_id, count(DISTINCT invoice_no) AS invoices, sum(quantity) AS quantity, sum(amount) AS amount
FROM online_retail.lines
WHERE stock_code = ${quoted(code)} AND customer_id IS NOT NULL
GROUP BY customer_id
ORDER BY amount DESC, customer_id
LIMIT 50`;

/** What stands on the same invoices most often. */
export const boughtTogetherSql = (code: string): string =>
  `WITH its AS (
  SELECT DISTINCT invoice_no FROM online_retail.lines
  WHERE stock_code = ${quoted(code)} AND NOT cancelled
)
SELECT l.stock_code, max(l.description) AS description, count(DISTINCT l.invoice_no) AS together,
       count(DISTINCT l.invoice_no) / CAST((SELECT count(*) FROM its) AS DOUBLE) AS share
FROM online_retail.lines AS l
JOIN its ON its.invoice_no = l.invoice_no
WHERE l.stock_code <> ${quoted(code)} AND l.quantity > 0
GROUP BY l.stock_code
ORDER BY together DESC, l.stock_code
LIMIT 12`;

/** For the search of the shell: a few of each kind in one question. */
export function findSql(asked: string): string {
  const text = quoted(asked.trim().toUpperCase());
  return `(SELECT 'customer' AS kind, customer_id AS id, '' AS detail FROM online_retail.top_customers
  WHERE starts_with(upper(customer_id), ${text}) ORDER BY customer_id LIMIT 4)
UNION ALL
(SELECT 'product' AS kind, stock_code AS id, description AS detail FROM online_retail.popular_products
  WHERE ${wanted(["stock_code", "description"], asked)} ORDER BY sales DESC NULLS LAST, stock_code LIMIT 5)
UNION ALL
(SELECT 'invoice' AS kind, invoice_no AS id, country AS detail FROM online_retail.highest_invoices
  WHERE starts_with(upper(invoice_no), ${text}) ORDER BY invoice_no LIMIT 3)`;
}
