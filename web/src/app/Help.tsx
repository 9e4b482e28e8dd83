import { Dialog } from "@/ui/Dialog";
import css from "./help.module.css";
import { pages } from "./pages";

function Keys({ keys }: { keys: string }) {
  return (
    <span className={css.keys}>
      {keys.split(" ").map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

const general: [string, string][] = [
  ["/", "Search: pages, tables, customers, invoices"],
  ["?", "This help"],
  ["Esc", "Close what is open"],
];

export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      {/* With many pages it scrolls on a small screen: it takes the focus, so that keys can. */}
      <div tabIndex={0} role="group" aria-label="Keys">
        <dl className={css.list}>
          {general.map(([keys, meaning]) => (
            <div key={keys}>
              <dt>
                <Keys keys={keys} />
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
          {pages.map((page) => (
            <div key={page.key}>
              <dt>
                <Keys keys={`g ${page.key}`} />
              </dt>
              <dd>
                <strong>{page.title}</strong> {page.about}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
