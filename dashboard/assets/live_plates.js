// Plates of the live view, the forces of all devices on one time line, and how each device is.
(function () {
  const SIDES = { left: { dash: [], mark: "side-line-left" }, right: { dash: [6, 3], mark: "side-line-right" } };
  const TRACE_S = 10;

  // Plates from above, true to scale: +x to the right, the walking direction up.
  class Plates {
    constructor(canvas) { this.canvas = canvas; this.context = canvas.getContext("2d"); this.devices = []; }

    use(devices) {
      this.devices = devices;
      const corners = devices.flatMap((each) => each.layout.plates.flatMap((plate) => plate.corners_mm));
      const x = corners.map((corner) => corner[0]), y = corners.map((corner) => corner[1]);
      this.extent = [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
      const [x0, y0, x1, y1] = this.extent;
      this.canvas.style.aspectRatio = `${x1 - x0 + 40} / ${y1 - y0 + 40}`;
    }

    measure() {
      const { canvas, extent: [x0, y0, x1, y1] } = this;
      this.scale = Math.min(canvas.width / (x1 - x0 + 40), canvas.height / (y1 - y0 + 40));
      this.left = (canvas.width - (x1 - x0) * this.scale) / 2;
      this.top = (canvas.height - (y1 - y0) * this.scale) / 2;
    }

    at(x, y) { return [this.left + (x - this.extent[0]) * this.scale, this.top + (this.extent[3] - y) * this.scale]; }

    draw(colors, trail_s) {
      const { context, canvas } = this;
      this.measure();
      context.clearRect(0, 0, canvas.width, canvas.height);
      for (const { layout, samples, silent } of this.devices) {
        const count = silent ? 0 : samples.within(trail_s);
        layout.plates.forEach((plate, k) => {
          const color = colors[plate.side] || colors.text, field = (name) => `plate_${k + 1}_${name}`;
          this.outline(plate, samples.last(field("force")), color, layout.force_unit);
          this.trail(count, samples.reader(field("x_mm"), count), samples.reader(field("y_mm"), count), color, SIDES[plate.side]?.dash || []);
          this.dot(samples.last(field("x_mm")), samples.last(field("y_mm")), color);
        });
        if (layout.plates.length > 1) this.dot(samples.last("cop_x_mm"), samples.last("cop_y_mm"), "#343a40");
      }
    }

    outline(plate, force, color, unit) {
      const { context } = this, ratio = window.devicePixelRatio || 1, corners = plate.corners_mm.map(([x, y]) => this.at(x, y));
      context.beginPath();
      corners.forEach(([x, y], k) => { if (k) context.lineTo(x, y); else context.moveTo(x, y); });
      context.closePath();
      context.fillStyle = footloadMat.css("--fl-plain-ground"); context.fill();
      context.lineWidth = 2 * ratio; context.strokeStyle = color;
      context.setLineDash((SIDES[plate.side]?.dash || []).map((part) => part * ratio)); context.stroke(); context.setLineDash([]);
      const x = Math.min(...corners.map((corner) => corner[0])) + 10 * ratio, y = Math.min(...corners.map((corner) => corner[1])) + 8 * ratio;
      context.textAlign = "left"; context.textBaseline = "top"; context.fillStyle = footloadMat.css("--fl-text");
      context.font = `${13 * ratio}px ${footloadMat.css("--fl-font") || "sans-serif"}`;
      context.fillText(plate.side ? `${plate.name}, ${plate.side}` : plate.name, x, y);
      context.font = `650 ${20 * ratio}px ${footloadMat.css("--fl-font") || "sans-serif"}`;
      context.fillText(Number.isNaN(force) ? "–" : `${Math.round(force) || 0} ${unit}`, x, y + 18 * ratio);
    }
  }
  for (const name of ["trail", "dot"])
    Plates.prototype[name] = function (...values) { return footloadMat.Mat.prototype[name].apply(this, values); };

  // What is drawn of each device: [label, reader of the values, colour, dash, class of its mark].
  function parts(devices) {
    const plates = devices.some((each) => each.layout.plates), found = [];
    devices.forEach((device, k) => {
      const name = devices.length < 2 ? "" : device.layout.plates ? "plates" : devices.filter((each) => !each.layout.plates).length > 1 ? `mat ${k + 1}` : "mat";
      const own = (label) => [name, label].filter(Boolean).join(": ");
      if (device.layout.plates) {
        device.layout.plates.forEach((plate, i) => found.push({ device, label: plate.side ? `${plate.name}, ${plate.side}` : plate.name,
          field: `plate_${i + 1}_force`, color: plate.side || "text", dash: plate.side ? SIDES[plate.side].dash : [2, 2],
          mark: plate.side ? SIDES[plate.side].mark : "side-line-unknown" }));
        if (device.layout.plates.length > 1) found.push({ device, label: own("together"), field: "force", color: "text", dash: [], mark: "side-line-all" });
      } else {
        if (devices.length < 2) {
          found.push({ device, label: "left", share: (part) => part, color: "left", dash: [], mark: "side-line-left" });
          found.push({ device, label: "right", share: (part) => 1 - part, color: "right", dash: [6, 3], mark: "side-line-right" });
        }
        found.push({ device, label: own("all"), field: "force", color: plates ? "brand" : k ? "brand" : "text", dash: plates || k ? [2, 3] : [],
          mark: plates || k ? "side-line-second" : "side-line-all" });
      }
    });
    return found;
  }

  function key(devices, place) {
    place.replaceChildren(...parts(devices).map(({ label, mark }) => {
      const line = document.createElement("span"), words = document.createElement("span"), both = document.createElement("span");
      line.className = `side-line ${mark}`; words.textContent = label; both.className = "side-mark";
      both.append(line, words);
      return both;
    }));
  }

  // All devices share one time line; one that counts instead of weighing has a scale of its own.
  function draw(lines, devices, colors) {
    const until = Math.max(...devices.map((each) => each.samples.last("time_s") || 0)), drawn = parts(devices);
    const weighed = devices.find((each) => each.layout.force_unit === "N") || devices[0], most = new Map();
    for (const device of devices) {
      const count = device.samples.within(TRACE_S, until), force = device.samples.reader("force", count);
      let greatest = device.layout.least_force;
      for (let i = 0; i < count; i++) if (force(i) > greatest) greatest = force(i);
      most.set(device, { count, greatest });
    }
    const alike = devices.filter((each) => each.layout.force_unit === weighed.layout.force_unit);
    const top = footloadMat.roundedUp(Math.max(...alike.map((each) => most.get(each).greatest)) * 1.05);
    lines.clear();
    lines.frame(Math.max(until - TRACE_S, 0), Math.max(until, TRACE_S), 0, top, `force (${weighed.layout.force_unit})`);
    for (const { device, field, share, color, dash } of drawn) {
      const { count, greatest } = most.get(device), time = device.samples.reader("time_s", count);
      const part = alike.includes(device) ? 1 : 0.9 * top / greatest;
      const force = device.samples.reader(field || "force", count), left = share && device.samples.reader("left_share", count);
      lines.line(count, time, share ? (i) => force(i) * share(left(i)) : (i) => force(i) * part, colors[color], dash);
    }
  }

  const ROWS = [["Frames", ({ counters: c }) => c.frames],
    ["Damaged frames", ({ counters: c }) => c.bad_check + c.bad_payload + c.bad_header],
    ["Frames lost by the device", ({ counters: c }) => c.dropped_device],
    ["Bytes that were no frame", ({ counters: c }) => c.junk_bytes],
    ["Bytes that a slow disk lost", ({ counters: c }) => c.dropped_host_bytes],
    ["Times it went away and came back", ({ counters: c }) => c.reconnects],
    ["Longest silence", ({ counters: c }) => `${c.max_gap_ms} ms`],
    ["Arrivals uneven by", (device) => `${device.jitter_ms.toFixed(1)} ms`],
    ["Clock against this machine", (device) => `${device.drift_ppm.toFixed(0)} ppm`]];

  // One column a device; only what changed is written.
  function show(table, devices) {
    if (!table) return;
    const names = devices.map((each) => each.name).join("\n");
    if (table.dataset.names !== names) {
      table.dataset.names = names;
      table.replaceChildren();
      const head = table.createTHead().insertRow(), body = table.createTBody();
      for (const text of ["", ...devices.map((each) => each.name)]) {
        const cell = document.createElement(text ? "th" : "td");
        if (text) cell.scope = "col";
        cell.textContent = text;
        head.append(cell);
      }
      for (const [label] of ROWS) {
        const row = body.insertRow(), first = document.createElement("th");
        first.scope = "row"; first.textContent = label; row.append(first);
        devices.forEach(() => row.insertCell());
      }
    }
    ROWS.forEach(([, value], r) => devices.forEach((device, k) => {
      const cell = table.tBodies[0].rows[r].cells[k + 1], text = `${value(device)}`;
      if (cell.textContent !== text) cell.textContent = text;
    }));
  }

  window.footloadPlates = { Plates };
  window.footloadTrace = { key, draw, parts };
  window.footloadHealth = { show };
})();
