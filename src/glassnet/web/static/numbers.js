// Numbers as a person reads them. What must add up comes printed from the session; see `typeset`.

export function readable(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "?";
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text;
  if (size >= 1e6 || size < 1e-4) text = size.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
  else if (size >= 10 ** (digits - 1)) text = Math.round(size).toLocaleString("en");
  else text = String(Number(size.toPrecision(digits)));
  return (value < 0 ? "−" : "") + text.replace("e-", "e−");
}

// For where there is no room: two decimals, and what is not 0 but looks like it says so.
export function brief(value) {
  const size = Math.abs(value ?? NaN);
  if (size >= 10 || Number.isNaN(size)) return readable(value, size >= 1e4 ? 1 : 2);
  const rounded = Math.round(100 * value) / 100;
  return rounded === 0 && value !== 0 ? "~0" : readable(rounded);
}

// A number that was printed by the session, with a minus sign as wide as a digit.
export function typeset(printed) {
  return String(printed).replace(/-/g, "−");
}

export function counted(number, what) {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}

// Rounded down: only all of them are 100 %.
export function percent(share) {
  return share === 1 ? "100 %" : `${(Math.floor(1000 * share) / 10).toFixed(1)} %`;
}
