// Draws pressure, centres of pressure and lines over time on canvases; the live view and the replay share it.
(function () {
  // Asking for a style makes the browser lay out the page in the middle of a picture, so what was asked is kept until
  // the colors change.
  const held = new Map();
  new MutationObserver(() => held.clear()).observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
  function css(name) {
    const known = held.get(name);
    if (known) return known;
    const found = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    held.set(name, found);
    return found;
  }

  // Width and height in pixels of the screen follow the size on the page.
  function fitted(canvas, changed) {
    const fit = () => {
      const ratio = window.devicePixelRatio || 1;
      const width = Math.max(Math.round(canvas.clientWidth * ratio), 1);
      const height = Math.max(Math.round(canvas.clientHeight * ratio), 1);
      if (canvas.width === width && canvas.height === height) return;
      canvas.width = width; canvas.height = height;
      changed();
    };
    const observer = new ResizeObserver(fit);
    observer.observe(canvas);
    fit();
    return observer;
  }

  // "#rrggbb" to what an ImageData holds, little endian.
  function packed(colors) {
    return Uint32Array.from(colors, (hex) => {
      const value = parseInt(hex.slice(1), 16);
      return (0xff << 24 | (value & 0xff) << 16 | (value & 0xff00) | value >> 16) >>> 0;
    });
  }
  const MISSING = 0xff8c8580;

  class Mat {
    constructor(canvas, colors) {
      this.canvas = canvas; this.context = canvas.getContext("2d");
      this.table = packed(colors); this.ground = colors[0]; this.colors = colors;
      this.layout = null; this.smooth = false;
    }

    // A walkway lies down: its walking direction goes to the right, +x goes down. One foot stands upright.
    use(layout) {
      this.layout = layout;
      const [x0, y0, x1, y1] = layout.extent_mm;
      this.lying = layout.lying;
      this.across = this.lying ? y1 - y0 : x1 - x0;
      this.up = this.lying ? x1 - x0 : y1 - y0;
      this.canvas.style.aspectRatio = `${this.across} / ${this.up}`;
      if (!layout.grid) { this.image = null; return; }
      const [rows, cols] = layout.grid;
      const width = this.lying ? rows : cols, height = this.lying ? cols : rows;
      this.image = new ImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
      this.place = new Uint32Array(rows * cols);
      for (let row = 0, k = 0; row < rows; row++)
        for (let col = 0; col < cols; col++, k++)
          this.place[k] = this.lying ? col * rows + row : (rows - 1 - row) * cols + col;
      this.small = document.createElement("canvas");
      this.small.width = width; this.small.height = height;
      this.smallContext = this.small.getContext("2d");
    }

    // Where the mat is on the canvas, true to scale.
    measure() {
      this.scale = Math.min(this.canvas.width / this.across, this.canvas.height / this.up);
      this.left = (this.canvas.width - this.across * this.scale) / 2;
      this.top = (this.canvas.height - this.up * this.scale) / 2;
    }

    at(x, y) {
      const [x0, y0, , y1] = this.layout.extent_mm;
      return this.lying
        ? [this.left + (y - y0) * this.scale, this.top + (x - x0) * this.scale]
        : [this.left + (x - x0) * this.scale, this.top + (y1 - y) * this.scale];
    }

    pressure(steps, greatest) {
      this.measure();
      const { context, canvas } = this, missing = this.layout.missing;
      context.fillStyle = css("--fl-plain-ground");
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.fillStyle = this.ground;
      context.fillRect(this.left, this.top, this.across * this.scale, this.up * this.scale);
      if (!steps) return;
      const factor = 255 / Math.max(greatest, 1);
      if (!this.image) { this.squares(steps, factor, missing); return; }
      for (let k = 0; k < steps.length; k++) {
        const value = steps[k];
        this.pixels[this.place[k]] = value === missing ? MISSING : this.table[Math.min(value * factor | 0, 255)];
      }
      this.smallContext.putImageData(this.image, 0, 0);
      context.imageSmoothingEnabled = this.smooth;
      context.drawImage(this.small, this.left, this.top, this.across * this.scale, this.up * this.scale);
    }

    squares(steps, factor, missing) {
      this.layout.sensors.forEach(([x, y, side], k) => {
        const [px, py] = this.at(x, y), size = side * this.scale;
        this.context.fillStyle = steps[k] === missing ? "#80858c" : this.colors[Math.min(steps[k] * factor | 0, 255)];
        this.context.fillRect(px - size / 2, py - size / 2, size, size);
      });
    }

    // A line through places, broken where there is none; the colour never stands alone.
    trail(count, x, y, color, dash) {
      const { context } = this, ratio = window.devicePixelRatio || 1;
      context.strokeStyle = color; context.lineWidth = 2 * ratio; context.lineJoin = "round";
      context.setLineDash(dash.map((part) => part * ratio));
      context.beginPath();
      let on = false;
      for (let i = 0; i < count; i++) {
        const mx = x(i), my = y(i);
        if (Number.isNaN(mx) || Number.isNaN(my)) { on = false; continue; }
        const [px, py] = this.at(mx, my);
        if (on) context.lineTo(px, py); else context.moveTo(px, py);
        on = true;
      }
      context.stroke();
      context.setLineDash([]);
    }

    dot(x, y, color) {
      if (Number.isNaN(x) || Number.isNaN(y)) return;
      const [px, py] = this.at(x, y), ratio = window.devicePixelRatio || 1, { context } = this;
      context.beginPath(); context.arc(px, py, 6 * ratio, 0, 7);
      context.fillStyle = color; context.fill();
      context.lineWidth = 2 * ratio; context.strokeStyle = "#ffffff"; context.stroke();
    }
  }

  // 1, 2 or 5 times a power of ten, so that there are about as many lines as wanted.
  function step(span, wanted) {
    const rough = Math.max(span, 1e-9) / wanted, power = 10 ** Math.floor(Math.log10(rough));
    return power * [1, 2, 5, 10].find((part) => part * power >= rough);
  }

  class Lines {
    constructor(canvas) { this.canvas = canvas; this.context = canvas.getContext("2d"); }

    frame(t0, t1, low, high, title, top = 0, bottom = this.canvas.height) {
      const { context, canvas } = this, ratio = window.devicePixelRatio || 1;
      this.box = { left: 52 * ratio, right: canvas.width - 12 * ratio, top: top + 22 * ratio, bottom: bottom - 22 * ratio };
      Object.assign(this, { t0, t1, low, high });
      context.font = `${12 * ratio}px ${css("--fl-font") || "sans-serif"}`;
      context.fillStyle = css("--fl-dim"); context.strokeStyle = css("--fl-line"); context.lineWidth = ratio;
      context.textAlign = "left"; context.textBaseline = "top";
      context.fillText(title, this.box.left + 6 * ratio, top + 4 * ratio);   // right of the numbers and of the axis
      context.textAlign = "right"; context.textBaseline = "middle";
      const rise = step(high - low, 4), run = step(t1 - t0, 6);
      for (let value = Math.ceil(low / rise) * rise; value <= high + rise / 1e6; value += rise) {
        const y = this.y(value);
        this.segment(this.box.left, y, this.box.right, y);
        context.fillText(`${+value.toPrecision(6)}`, this.box.left - 6 * ratio, y);
      }
      context.textAlign = "center"; context.textBaseline = "top";
      for (let time = Math.ceil(t0 / run) * run; time <= t1 + run / 1e6; time += run)
        context.fillText(`${+time.toFixed(3)} s`, this.x(time), this.box.bottom + 6 * ratio);
    }

    clear() { this.context.clearRect(0, 0, this.canvas.width, this.canvas.height); }
    x(time) { return this.box.left + (time - this.t0) / (this.t1 - this.t0 || 1) * (this.box.right - this.box.left); }
    y(value) { return this.box.bottom - (value - this.low) / (this.high - this.low || 1) * (this.box.bottom - this.box.top); }
    segment(x0, y0, x1, y1) {
      this.context.beginPath(); this.context.moveTo(x0, y0); this.context.lineTo(x1, y1); this.context.stroke();
    }

    // Broken where there is no value, and where none was taken for longer than `most`.
    line(count, time, value, color, dash = [], width = 2, most = Infinity) {
      const { context } = this, ratio = window.devicePixelRatio || 1;
      context.save();
      context.beginPath();
      context.rect(this.box.left, this.box.top - ratio, this.box.right - this.box.left, this.box.bottom - this.box.top + 2 * ratio);
      context.clip();
      context.strokeStyle = color; context.lineWidth = width * ratio; context.lineJoin = "round";
      context.setLineDash(dash.map((part) => part * ratio));
      context.beginPath();
      let on = false;
      for (let i = 0; i < count; i++) {
        const v = value(i);
        if (Number.isNaN(v)) { on = false; continue; }
        if (on && time(i) - time(i - 1) <= most) context.lineTo(this.x(time(i)), this.y(v)); else context.moveTo(this.x(time(i)), this.y(v));
        on = true;
      }
      context.stroke();
      context.restore();
    }
  }

  // The number above all others of a list, rounded up so that the scale does not tremble.
  const roundedUp = (value) => { const s = step(Math.max(value, 1e-9), 4); return Math.ceil(value / s - 1e-9) * s; };

  window.footloadMat = { Mat, Lines, fitted, css, roundedUp };
})();
