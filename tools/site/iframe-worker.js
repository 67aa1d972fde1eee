// Browsers start no worker from a file: there, the search runs in a hidden frame.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.onmessage = this.onerror = this.onmessageerror = null;
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      this.inside = this.frame.contentWindow;
      // As between threads: copies, later.
      this.inside.postMessage = (data) => {
        const copy = structuredClone(data);
        setTimeout(() => this.tell("message", copy));
      };
      const script = this.frame.contentDocument.createElement("script");
      script.onload = () => {
        const waiting = this.waiting;
        this.waiting = null;
        waiting.forEach((data) => this.postMessage(data));
      };
      script.onerror = () => this.tell("error", null);
      script.src = new URL(url, location.href).href;
      this.frame.contentDocument.body.append(script);
    }

    tell(kind, data) {
      const event = new MessageEvent(kind, { data });
      this.dispatchEvent(event);
      this["on" + kind]?.(event);
    }

    postMessage(data) {
      if (this.waiting) return void this.waiting.push(data);
      const event = new MessageEvent("message", { data: structuredClone(data) });
      setTimeout(() => this.inside.dispatchEvent(event));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
