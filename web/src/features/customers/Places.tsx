import { FileSearch } from "lucide-react";
import { useState } from "react";
import { useGo } from "@/lib/urlState";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Link } from "@/ui/Link";
import css from "./customers.module.css";

const places = [
  { title: "Customers", to: "/customers" },
  { title: "Products", to: "/products" },
];

/** From customers to products and back, and to an invoice by its number. */
export function Places({ here }: { here: string }) {
  const go = useGo();
  const [no, setNo] = useState("");
  return (
    <div className={css.places}>
      <nav aria-label="Customers and products" className={css.links}>
        {places.map((place) => (
          <Link
            key={place.to}
            to={place.to}
            aria-current={place.to === here ? "page" : undefined}
            className={css.place}
          >
            {place.title}
          </Link>
        ))}
      </nav>
      <form
        className={css.invoiceForm}
        onSubmit={(event) => {
          event.preventDefault();
          if (no.trim()) go(`/invoices/${encodeURIComponent(no.trim())}`);
        }}
      >
        <TextField
          label="Invoice number"
          hideLabel
          placeholder="Invoice number"
          value={no}
          onChange={setNo}
        />
        <Button type="submit" icon={FileSearch} disabled={no.trim() === ""}>
          Show invoice
        </Button>
      </form>
    </div>
  );
}
