import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CornerDownLeft, Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import { useSettled } from "@/lib/hooks";
import { useGo } from "@/lib/urlState";
import { findPages, findThings, type Section } from "./search";
import css from "./palette.module.css";
import { pages } from "./pages";

function useSections(asked: string): Section[] {
  const settled = useSettled(asked, 120);
  const things = useQuery({
    queryKey: ["palette", settled],
    queryFn: ({ signal }) => findThings(pages, settled, signal),
    enabled: settled.trim() !== "",
    placeholderData: keepPreviousData,
  });
  const found = findPages(pages, asked).sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  const sections = asked.trim() === "" ? [] : (things.data ?? []);
  return found.length > 0 ? [{ title: "Pages", found }, ...sections] : sections;
}

/** Search and go: arrows choose, Enter goes there, Escape closes. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [asked, setAsked] = useState("");
  const [chosen, setChosen] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const goTo = useGo();
  const sections = useSections(asked);
  const all = sections.flatMap((section) => section.found);
  const starts = sections.map((_, s) =>
    sections.slice(0, s).reduce((sum, section) => sum + section.found.length, 0),
  );
  const current = Math.min(chosen, all.length - 1);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  useEffect(() => {
    list.current
      ?.querySelector(`#found-${current}`)
      ?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const go = (to: string | undefined) => {
    if (to === undefined) return;
    onClose();
    goTo(to);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") go(all[current]?.to);
    else if (step !== undefined && all.length > 0) {
      setChosen((current + step + all.length) % all.length);
    } else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className={css.palette}
      aria-label="Search"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={css.ask}>
        <Search size={18} aria-hidden />
        <input
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls="found"
          aria-activedescendant={all.length > 0 ? `found-${current}` : undefined}
          aria-label="Search pages, tables, customers and invoices"
          placeholder="A page, a table, a customer, an invoice…"
          value={asked}
          onKeyDown={onKey}
          onChange={(event) => {
            setAsked(event.target.value);
            setChosen(0);
          }}
        />
      </div>
      <div className={css.list} id="found" role="listbox" aria-label="Found" ref={list}>
        {sections.map((section, s) => (
          <div key={section.title} role="group" aria-label={section.title}>
            <div className={css.title} aria-hidden>
              {section.title}
            </div>
            {section.found.map((found, i) => {
              const at = (starts[s] ?? 0) + i;
              return (
                <div
                  key={`${found.to} ${found.title}`}
                  id={`found-${at}`}
                  role="option"
                  aria-selected={at === current}
                  className={cx(css.found, at === current && css.chosen)}
                  onClick={() => {
                    go(found.to);
                  }}
                  onMouseMove={() => {
                    setChosen(at);
                  }}
                >
                  <span className={css.name}>{found.title}</span>
                  {found.detail && <span className={css.detail}>{found.detail}</span>}
                  {at === current && <CornerDownLeft size={14} aria-hidden />}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {all.length === 0 && (
        <p className={css.none} role="status">
          Nothing is called “{asked}”. Invoices and customers are found by their whole number.
        </p>
      )}
    </dialog>
  );
}
