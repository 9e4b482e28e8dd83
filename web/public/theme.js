// Before the first paint, so that nobody sees the other theme flash by. src/lib/theme.ts has the rest.
(function () {
  var theme = null;
  try {
    theme = localStorage.getItem("tradewind.theme");
  } catch (error) {
    theme = null; // storage may be forbidden: the system's theme it is
  }
  if (theme !== "light" && theme !== "dark") {
    theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  document.documentElement.dataset.theme = theme;
})();
