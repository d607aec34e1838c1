// Plates and markers at one moment: from above on the left, from behind on the right, with the force as an arrow.
(function () {
  const css = (name) => footloadMat.css(name);
  const OTHER = "#868e96", ARROW_MM = 0.9;   // an arrow of 700 N is 630 mm long

  class Body {
    constructor(canvas) { this.canvas = canvas; this.context = canvas.getContext("2d"); }

    // The box around everything that will ever be drawn, found once: nothing jumps while it plays.
    use(trial) {
      const low = [Infinity, Infinity, 0], high = [-Infinity, -Infinity, 300];
      const take = (x, y, z) => [x, y, z].forEach((v, i) => { if (v < low[i]) low[i] = v; if (v > high[i]) high[i] = v; });
      for (const { corners } of trial.plates) for (const [x, y, z] of corners || []) take(x, y, z);
      for (const { corners, values } of trial.plates) if (corners)
        for (let i = 0; i < values.length; i += 6) take(values[i + 4], values[i + 5], Math.min(values[i + 3] * ARROW_MM, 2000));
      const { markers } = trial;
      if (markers) for (let i = 0; i + 2 < markers.places.length; i += 3) take(markers.places[i], markers.places[i + 1], markers.places[i + 2]);
      if (!(low[0] < high[0] && low[1] < high[1])) { this.low = null; return; }
      for (const i of [0, 1]) { low[i] -= 60; high[i] += 60; }
      high[2] += 60;
      Object.assign(this, { low, high, trial });
    }

    // Two drawings beside each other at one scale: [x, y] from above, [x, z] from behind.
    measure() {
      const { canvas, low, high } = this, ratio = window.devicePixelRatio || 1, half = canvas.width / 2, head = 22 * ratio;
      const wide = high[0] - low[0], room = canvas.height - head - 6 * ratio;
      this.scale = Math.min((half - 12 * ratio) / wide, room / (high[1] - low[1]), room / (high[2] - low[2]));
      const left = (half - wide * this.scale) / 2;
      this.above = (x, y) => [left + (x - low[0]) * this.scale, canvas.height - 4 * ratio - (y - low[1]) * this.scale];
      this.behind = (x, z) => [half + left + (x - low[0]) * this.scale, canvas.height - 4 * ratio - (z - low[2]) * this.scale];
    }

    path(points, close = false) {
      const { context } = this;
      context.beginPath();
      points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      if (close) context.closePath();
      context.stroke();
    }

    dot([x, y], size, color) {
      this.context.beginPath(); this.context.arc(x, y, size * (window.devicePixelRatio || 1), 0, 7);
      this.context.fillStyle = color; this.context.fill();
    }

    // Plates are told apart by the shape of their point, too: circle, square, triangle, diamond.
    point([x, y], size, color, place) {
      const { context } = this, r = size * (window.devicePixelRatio || 1), corners = [0, 4, 3, 4][place % 4];
      if (!corners) { this.dot([x, y], size, color); return; }
      const first = place % 4 === 1 ? Math.PI / 4 : -Math.PI / 2;
      context.beginPath();
      for (let i = 0; i < corners; i++) {
        const angle = first + 2 * Math.PI * i / corners;
        context.lineTo(x + 1.35 * r * Math.cos(angle), y + 1.35 * r * Math.sin(angle));
      }
      context.fillStyle = color; context.fill();
    }

    draw(indexOf) {
      const { canvas, context, trial } = this, ratio = window.devicePixelRatio || 1;
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.font = `${12 * ratio}px ${css("--fl-font") || "sans-serif"}`;
      context.fillStyle = css("--fl-dim"); context.textAlign = "left"; context.textBaseline = "top";
      if (!this.low) { context.fillText("Where plates and markers lie is not known.", 6 * ratio, 4 * ratio); return; }
      this.measure();
      context.fillText("from above", 6 * ratio, 4 * ratio);
      context.fillText("from behind", canvas.width / 2 + 6 * ratio, 4 * ratio);
      context.strokeStyle = css("--fl-line"); context.lineWidth = ratio;
      this.path([this.behind(this.low[0], 0), this.behind(this.high[0], 0)]);
      const colors = { left: css("--fl-left"), right: css("--fl-right") };
      trial.plates.forEach((plate, place) => this.plate(plate, indexOf(plate.values, 6), colors[plate.side] || OTHER, place));
      if (trial.markers) this.markers(indexOf(trial.markers.time, 1), colors);
    }

    plate({ corners, values, name, side }, i, color, place) {
      if (!corners) return;
      const { context } = this, ratio = window.devicePixelRatio || 1;
      context.strokeStyle = css("--fl-dim"); context.lineWidth = ratio;
      this.path(corners.map(([x, y]) => this.above(x, y)), true);
      context.fillStyle = css("--fl-dim");
      context.fillText(name, ...this.above(Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([, y]) => y))).map((v) => v + 3 * ratio));
      if (i < 0) return;   // the plate was not recorded then
      const [, fx, , fz, x, y] = values.subarray(6 * i, 6 * i + 6);
      if (Number.isNaN(x) || Number.isNaN(y)) return;
      this.point(this.above(x, y), 5, color, place);
      const z = corners[0][2], to = [x + (Number.isNaN(fx) ? 0 : fx) * ARROW_MM, z + fz * ARROW_MM];
      context.strokeStyle = color; context.lineWidth = 2.5 * ratio;
      context.setLineDash(footloadLines.plateDash({ side }, place).map((part) => part * ratio));
      this.path([this.behind(x, z), this.behind(...to)]);
      context.setLineDash([]);
      this.point(this.behind(...to), 3.5, color, place);
      const [tip, height] = this.behind(...to);
      context.fillStyle = css("--fl-dim"); context.textAlign = "center"; context.textBaseline = "bottom";
      context.fillText(name, tip, height - 6 * ratio);
      context.textAlign = "left"; context.textBaseline = "top";
    }

    markers(k, colors) {
      const { context } = this, { places, labels, links } = this.trial.markers, ratio = window.devicePixelRatio || 1;
      if (k < 0) return;
      const at = (j) => places.subarray(3 * (k * labels.length + j), 3 * (k * labels.length + j) + 3);
      context.lineWidth = 3 * ratio;
      for (const { side, from, to } of links) {
        const [a, b] = [at(from), at(to)];
        if (Number.isNaN(a[0]) || Number.isNaN(b[0])) continue;
        context.strokeStyle = colors[side] || OTHER;
        context.setLineDash(side === "right" ? [6 * ratio, 3 * ratio] : []);
        this.path([this.above(a[0], a[1]), this.above(b[0], b[1])]);
        this.path([this.behind(a[0], a[2]), this.behind(b[0], b[2])]);
      }
      context.setLineDash([]);
      const ink = css("--fl-text");
      for (let j = 0; j < labels.length; j++) {
        const [x, y, z] = at(j);
        if (Number.isNaN(x)) continue;
        this.dot(this.above(x, y), 2.5, ink);
        this.dot(this.behind(x, z), 2.5, ink);
      }
    }
  }

  window.footloadBody = Body;
})();
