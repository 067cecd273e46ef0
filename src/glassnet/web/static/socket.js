// The way to a session over a WebSocket: when it is lost, it is tried again, more and more patiently.

const LONGEST_WAIT = 5000; // [ms]

export function overSocket(address) {
  return ({ onMessage, onOpen, onLost }) => {
    let session = ""; // where the line is lost, the same session is asked for again
    let socket = null;
    let wait = 250;

    function open() {
      socket = new WebSocket(session ? `${address}?session=${session}` : address);
      socket.onopen = () => {
        wait = 250;
        onOpen();
      };
      socket.onmessage = (event) => {
        const message = JSON.parse(event.data);
        if (message.kind === "welcome") session = message.session;
        onMessage(message);
      };
      socket.onclose = () => {
        onLost();
        setTimeout(open, wait);
        wait = Math.min(2 * wait, LONGEST_WAIT);
      };
    }

    open();
    return {
      send(message) {
        if (socket.readyState === WebSocket.OPEN) socket.send(message instanceof Blob ? message : JSON.stringify(message));
      },
    };
  };
}
