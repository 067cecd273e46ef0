// Numbers as a person reads them. What must add up comes printed from the session; see `typeset`.

export function readable(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "not a number";
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text;
  if (size >= 1e6 || size < 1e-4) text = size.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
  else if (size >= 10 ** (digits - 1)) text = Math.round(size).toLocaleString("en");
  else text = String(Number(size.toPrecision(digits)));
  return (value < 0 ? "−" : "") + text.replace("e-", "e−");
}

// Two digits, for where there is no room; what is almost 0 says so.
export function brief(value, least = 0.005) {
  if (value === null) return "?";
  const size = Math.abs(value);
  if (size === 0 || size >= least) return size >= 1e4 ? readable(value, 1) : readable(value, 2);
  return "~0";
}

// A number that was printed by the session, with a minus sign as wide as a digit.
export function typeset(printed) {
  return String(printed).replace(/-/g, "−");
}

export function counted(number, what) {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}

export function percent(share) {
  return `${(100 * share).toFixed(share === 1 || share === 0 ? 0 : 1)} %`;
}
