// The lines of a replay over time: force, medial shift, knee angle, with repetitions, phases and marks behind them.
(function () {
  const PANEL = 118, HEAD = 34, DASHES = { right: [6, 3] }, OTHER = "#868e96", GAP_SAMPLES = 6;
  // As on the figure of the plates: those that no foot is named for are told apart by their dash.
  const PLATE_DASHES = [[], [2, 3], [8, 3, 2, 3], [10, 4]];
  const plateDash = ({ side }, place) => (side ? DASHES[side] || [] : PLATE_DASHES[place % PLATE_DASHES.length]);
  const css = (name) => footloadMat.css(name);
  const colors = () => ({ left: css("--fl-left"), right: css("--fl-right"), text: css("--fl-text") });

  // A line: how many samples it has, and time and value of each.
  const interleaved = (values, size, time, field) =>
    ({ n: values.length / size, time: (i) => values[size * i + time], value: (i) => values[size * i + field] });

  function panels(trial, source) {
    const whole = (field) => ({ ...interleaved(trial.whole, 4, 3, field), name: "whole" });
    const sided = (field) => trial.tracks.map(({ name, values }) =>
      ({ n: trial.n, time: (i) => trial.time[i], value: (i) => values[4 * i + field], name }));
    const plates = trial.plates.map((plate, place) =>
      ({ ...interleaved(plate.values, 6, 0, 3), name: plate.side || plate.name, dash: source.mat && plate.side ? [2, 2] : plateDash(plate, place) }));
    const together = source.mat && source.force_unit !== "N" && plates.length;
    const found = [{ title: `force (${source.force_unit})`, zero: true,
      lines: [whole(2), ...sided(2), ...(together ? [] : plates)] }];
    if (together) found.push({ title: "force of the plates (N)", zero: true, lines: plates });
    if (source.shift) found.push({ title: "medial shift (% of foot width)", lines: sided(3) });
    if (trial.knees.length) found.push({ title: "knee, frontal plane (°, + valgus)",
      lines: trial.knees.map(({ side, values }) => ({ ...interleaved(values, 2, 0, 1), name: side })) });
    return found.filter(({ lines }) => lines.length);
  }

  // No more points than the canvas has columns; the value farthest from nothing stays of each column.
  function thinned({ n, time, value }, columns) {
    const every = Math.max(Math.floor(n / columns), 1), count = n ? Math.floor((n - 1) / every) + 1 : 0;
    const far = (i) => {
      let found = NaN;
      for (let k = i * every; k < Math.min((i + 1) * every, n); k++) {
        const v = value(k);
        if (!(Math.abs(v) <= Math.abs(found))) found = Number.isNaN(v) ? found : v;
      }
      return found;
    };
    const usual = n > 1 ? (time(n - 1) - time(0)) / (n - 1) : 0;
    return { count, time: (i) => time(i * every), value: far, most: (every - 1 + GAP_SAMPLES) * usual };
  }

  function range({ lines, zero }) {
    let low = zero ? 0 : Infinity, high = zero ? 1 : -Infinity;
    for (const { n, value } of lines) for (let i = 0; i < n; i++) {
      const v = value(i);
      if (v < low) low = v;
      if (v > high) high = v;
    }
    if (zero) return [0, footloadMat.roundedUp(high)];
    if (!(low <= high)) return [-1, 1];
    return [Math.min(low, 0), Math.max(high, low + 1, 0)];
  }

  // Draws everything that does not move onto the canvas that is laid behind the cursor.
  function behind(canvas, trial, source, [t0, t1]) {
    const back = new footloadMat.Lines(canvas), ratio = window.devicePixelRatio || 1, used = colors();
    const shown = panels(trial, source), head = HEAD * ratio, height = (canvas.height - head) / shown.length;
    Object.assign(back, { t0, t1, box: { left: 52 * ratio, right: canvas.width - 12 * ratio, top: 0, bottom: canvas.height } });
    shades(back, source, head);
    const panelBoxes = [];
    shown.forEach((panel, place) => {
      const top = head + place * height;
      back.frame(t0, t1, ...range(panel), panel.title, top, top + height);
      panelBoxes.push(back.box);
      for (const line of panel.lines) {
        const { count, time, value, most } = thinned(line, canvas.width);
        const dash = line.dash || DASHES[line.name] || [];
        back.line(count, time, value, line.name === "whole" ? used.text : used[line.name] || OTHER, dash, line.name === "whole" ? 1.5 : 2, most);
      }
    });
    return { ...back.box, panels: panelBoxes };
  }

  function shades(back, source, head) {
    const { context, canvas } = back, ratio = window.devicePixelRatio || 1;
    context.font = `${12 * ratio}px ${css("--fl-font") || "sans-serif"}`;
    context.textAlign = "center"; context.textBaseline = "top";
    const fitting = (text, start, stop, y) => {
      if (context.measureText(text).width < back.x(stop) - back.x(start)) context.fillText(text, back.x((start + stop) / 2), y);
    };
    for (const { start_s, stop_s, name, rejected, phases } of source.repetitions) {
      context.fillStyle = rejected ? "rgba(134,142,150,.07)" : "rgba(134,142,150,.15)";
      context.fillRect(back.x(start_s), 0, back.x(stop_s) - back.x(start_s), canvas.height);
      phases.forEach((phase, place) => {
        context.fillStyle = place % 2 ? "rgba(134,142,150,.16)" : "rgba(134,142,150,.34)";
        context.fillRect(back.x(phase.start_s), 16 * ratio, back.x(phase.stop_s) - back.x(phase.start_s), 16 * ratio);
        context.fillStyle = css("--fl-text");
        fitting(phase.name, phase.start_s, phase.stop_s, 18 * ratio);
      });
      context.fillStyle = css("--fl-text");
      fitting(rejected ? `(${name})` : name, start_s, stop_s, 2 * ratio);
    }
    context.strokeStyle = css("--fl-watch"); context.lineWidth = ratio;
    context.setLineDash([4 * ratio, 3 * ratio]);
    context.fillStyle = css("--fl-watch"); context.textAlign = "left";
    for (const { time_s, name } of source.events) {
      back.segment(back.x(time_s), 0, back.x(time_s), canvas.height);
      if (!source.repetitions.length) context.fillText(name, back.x(time_s) + 3 * ratio, 2 * ratio);
    }
    context.setLineDash([]);
  }

  // Where in the movement a time lies, in words; empty between repetitions.
  function place(source, time) {
    const near = source.events.filter((event) => Math.abs(event.time_s - time) < 0.05).map((event) => event.name);
    for (const { name, rejected, start_s, stop_s, phases } of source.repetitions) {
      if (time < start_s || time > stop_s) continue;
      const phase = phases.find((each) => time >= each.start_s && time < each.stop_s);
      near.unshift(`repetition ${name}${rejected ? " (not counted)" : ""}${phase ? `, ${phase.name}` : ""}`);
      break;
    }
    return near.join(", ");
  }

  const height = (trial, source) => HEAD + PANEL * panels(trial, source).length;
  window.footloadLines = { behind, place, height, plateDash, GAP_SAMPLES };
})();
