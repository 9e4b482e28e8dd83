/** The mark: winds that blow one way. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden>
      <g strokeWidth="2.8" strokeLinecap="round">
        <path d="M4 11.5h15.2a4 4 0 1 0-3.8-5.3" stroke="var(--nav-accent)" />
        <path d="M4 17h20.4a4 4 0 1 1-3.8 5.3" stroke="#f2a65a" />
        <path d="M4 22.5h10" stroke="var(--nav-accent)" />
      </g>
    </svg>
  );
}
