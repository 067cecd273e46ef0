// The way to a session that has ended: it answers what can be looked at, and says so where it cannot answer.

// What a snapshot has to hold of a page's state; `inside` is what the session said of everything shown.
export function held({ welcome, structure, frame, curves, fields, inspection, theme, inside: shown }, inside, taken) {
  return { welcome: { ...welcome, experiments: [] }, structure, frame, curves, fields: [...fields], inspection, theme, shown, inside, taken };
}

export function frozen({ fields, inside, shown, frame, inspection, taken, ...state }) {
  return ({ onMessage, onOpen }) => {
    let now = { ...frame, inspection, training: { ...frame.training, playing: false } };

    function send({ kind, ...asked }) {
      if (kind === "select") {
        const { what, layer = 0, neuron = 0, source = 0 } = asked;
        const found = what === "nothing" ? null : inside[`${what}/${layer}/${neuron}/${source}`];
        if (found === undefined) onMessage({ kind: "notice", text: "This snapshot does not hold what is inside that." });
        else {
          now = { ...now, selection: { what, layer, neuron, source }, inspection: found };
          onMessage(now);
        }
      } else if (kind === "mark") {
        now = { ...now, mark: asked.mark };
        onMessage(now);
      } else if (!["shown", "show"].includes(kind)) {
        onMessage({ kind: "error", text: "This is a snapshot: it can be looked at, but not changed." });
      }
    }

    // A moment later, as from a real session: the desk has to be there first.
    queueMicrotask(() => {
      onOpen();
      onMessage({ kind: "snapshot", part: { ...state, inside: shown, snapshot: taken, fields: new Map(fields) } });
      onMessage(now);
    });
    return { send };
  };
}
