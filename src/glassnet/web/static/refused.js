// Of the page that a browser without the token sees: the link that was followed survives the entering of the token.
const wrong = document.getElementById("wrong");
const field = document.getElementById("address");

if (location.hash.length > 1) {
  document.getElementById("fragment").textContent = location.hash;
  document.getElementById("linked").hidden = false;
}

document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { origin, token } = read(field.value.trim());
  if (token) location.assign(`${origin}/?token=${encodeURIComponent(token)}${location.hash}`);
  else wrong.textContent = "There is no token in it: the whole printed address is needed, to its end.";
});

// A link in a mail or on another site comes without the cookie, even in a browser that has it. Asked from here, the
// cookie comes along: then nothing has to be pasted.
const asked = "?known";
if (location.search !== asked && (await fetch("app.js", { method: "HEAD" })).ok) location.replace(`/${asked}${location.hash}`);

// The token of an address of this machine, or the token alone.
function read(text) {
  if (/^[\w-]{20,}$/.test(text)) return { origin: location.origin, token: text };
  const address = URL.canParse(text) ? new URL(text) : location;
  const isHere = address.protocol === "http:" && ["127.0.0.1", "localhost"].includes(address.hostname);
  return { origin: address.origin, token: isHere && new URLSearchParams(address.search).get("token") };
}
