import { CircleHelp, Moon, Search, Sun } from "lucide-react";
import { toggleTheme, useTheme } from "@/lib/theme";
import { IconButton } from "@/ui/Button";
import { Link } from "@/ui/Link";
import { Logo } from "./Logo";
import css from "./shell.module.css";
import { Workspace } from "./Workspace";

interface TopBarProps {
  onSearch: () => void;
  onHelp: () => void;
}

export function TopBar({ onSearch, onHelp }: TopBarProps) {
  const theme = useTheme();
  return (
    <header className={css.top}>
      <Link to="/" className={css.topBrand} aria-label="Tradewind, home">
        <Logo size={22} />
      </Link>
      <Workspace />
      <button type="button" className={css.search} onClick={onSearch} aria-keyshortcuts="/">
        <Search size={15} aria-hidden />
        <span>Search or go to…</span>
        <kbd aria-hidden>/</kbd>
      </button>
      <div className={css.topActions}>
        <IconButton
          label={theme === "dark" ? "Light theme" : "Dark theme"}
          icon={theme === "dark" ? Sun : Moon}
          onClick={toggleTheme}
        />
        <IconButton label="Keys and help" icon={CircleHelp} onClick={onHelp} />
      </div>
    </header>
  );
}
