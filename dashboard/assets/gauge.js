// The gauge of the medial shift and the state of the protocol; the live view hands over samples and states.
(function () {
  const dash = (window.dash_clientside = window.dash_clientside || {});
  dash.footload = dash.footload || {};
  const gauge = { state: null, sound: false, told: "", reach: 10, seen: {} };
  window.footloadGauge = gauge;
  const MOVING_MM = 60; // The band is about the deepest point: who stands is not outside it.
  const byId = (id) => document.getElementById(id);
  const write = (id, text) => { const place = byId(id); if (place && place.textContent !== text) place.textContent = text; };

  const BUTTONS = { measure: "gauge-measure", start: "protocol-start", go: "protocol-go", end: "protocol-end" };
  function allow(which) {
    for (const [name, id] of Object.entries(BUTTONS)) {
      const disabled = !which[name] || byId(id)?.dataset.needs !== undefined;   // what the visitor may not use stays off
      if (gauge.seen[name] !== disabled && byId(id)) { dash.set_props(id, { disabled }); gauge.seen[name] = disabled; }
    }
  }

  // While a protocol runs the header says whom and in what it records, not what the form says of the next trial.
  function about(protocol) {
    const runs = ["instruction", "countdown", "recording"].includes(protocol.state), said = (name) => byId(`live-${name}`)?.value;
    const now = runs ? [protocol.participant, protocol.condition] : [said("participant"), said("condition")];
    if (runs || gauge.ran) gauge.named = dash.footload.about(...now);
    if (gauge.named && byId("context")?.textContent !== gauge.named) dash.set_props("context", { children: gauge.named });
    if (!runs) gauge.named = "";
    gauge.ran = runs;
  }

  // One short tone; high for a repetition in the band, low for one that is not or does not count.
  function tone(hz, seconds = 0.12) {
    if (!gauge.sound) return;
    const audio = (gauge.audio ??= new AudioContext()), oscillator = audio.createOscillator(), volume = audio.createGain();
    oscillator.frequency.value = hz; volume.gain.value = 0.15;
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(); oscillator.stop(audio.currentTime + seconds);
    gauge.tones = (gauge.tones || 0) + 1;
  }

  gauge.status = (status) => {
    const { biofeedback: state, protocol } = status, watched = status.state === "watching", there = watched || status.state === "recording";
    gauge.state = state;
    const running = protocol.state === "countdown" || protocol.state === "recording";
    allow({ measure: there && !running, start: !running, go: watched && protocol.state === "instruction", end: protocol.state !== "idle" });
    about(protocol);
    write("protocol-text", protocol.text);
    byId("protocol-text").dataset.state = protocol.state;
    write("protocol-problem", protocol.problem);
    byId("protocol-problem").hidden = !protocol.problem;
    if (!state) { write("gauge-told", ""); return; }
    write("gauge-feet", state.feet);
    const delay = Number.isFinite(gauge.delay) ? `${gauge.delay.toFixed(0)} ms` : "–";
    write("gauge-delay", `Delay: the gauge shows what arrived ${delay} ago; a repetition is told at most ${state.delay_s.toFixed(1)} s after the person stands still again, one that does not count up to 1 s later.`);
    const told = state.told, mark = told ? `${state.n_counted}/${state.n_rejected}` : "";
    if (told) {
      write("gauge-told", told.text);
      byId("gauge-told").dataset.good = told.good;
      if (mark !== gauge.told && gauge.told !== null) tone(told.good ? 880 : 220, told.good ? 0.12 : 0.4);
    } else write("gauge-told", "");
    gauge.told = mark;
  };

  gauge.draw = (devices) => {
    const canvas = byId("gauge"), state = gauge.state, samples = state && devices[state.device]?.samples;
    if (!canvas || !samples) return;
    const ratio = window.devicePixelRatio || 1, width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    const context = canvas.getContext("2d"), css = footloadMat.css, left = 62 * ratio, right = width - 86 * ratio;
    const shifts = state.sides.map((side) => samples.last(`${side}_shift`)), depth = samples.last("depth_mm");
    for (const value of [...shifts, state.band?.low_percent, state.band?.high_percent])
      if (Number.isFinite(value)) gauge.reach = Math.min(Math.max(gauge.reach, Math.ceil(Math.abs(value) * 1.2 / 5) * 5), 60);
    const x = (value) => left + (right - left) * (Math.max(-gauge.reach, Math.min(gauge.reach, value)) / gauge.reach + 1) / 2;
    context.clearRect(0, 0, width, height);
    context.font = `${13 * ratio}px ${css("--fl-font") || "sans-serif"}`; context.textBaseline = "middle";
    const row = (height - 22 * ratio) / state.sides.length;
    const words = [];
    state.sides.forEach((side, i) => {
      const top = i * row + 6 * ratio, tall = row - 12 * ratio, middle = top + tall / 2, value = shifts[i];
      context.fillStyle = css("--fl-plain-ground"); context.fillRect(left, top, right - left, tall);
      if (state.band) {
        const { low_percent: low, high_percent: high } = state.band;
        context.fillStyle = "rgba(47,158,68,.28)"; context.fillRect(x(low), top, x(high) - x(low), tall);
        context.strokeStyle = css("--fl-good"); context.lineWidth = 2 * ratio; context.strokeRect(x(low), top, x(high) - x(low), tall);
      }
      context.fillStyle = css("--fl-text"); context.textAlign = "left"; context.fillText(side, 4 * ratio, middle);
      context.strokeStyle = css("--fl-line"); context.lineWidth = ratio;
      context.beginPath(); context.moveTo(x(0), top); context.lineTo(x(0), top + tall); context.stroke();
      const known = Number.isFinite(value), moving = state.landing || depth > MOVING_MM, out = known && moving && state.band && (value < state.band.low_percent || value > state.band.high_percent);
      if (known) {
        context.fillStyle = css(side === "left" ? "--fl-left" : "--fl-right");
        context.fillRect(Math.min(x(0), x(value)), top + tall * 0.25, Math.abs(x(value) - x(0)), tall * 0.5);
        context.fillRect(x(value) - 3 * ratio, top, 6 * ratio, tall);
      }
      context.fillStyle = css("--fl-text");
      words.push(`${side} ${known ? `${Math.round(value) || 0} %${out ? " outside the band" : ""}` : "–"}`);
    });
    // Depth: a bar that fills downward.
    const most = (gauge.most = Math.max(gauge.most || 300, Number.isFinite(depth) ? depth * 1.1 : 0)), from = width - 40 * ratio, tall = height - 28 * ratio;
    if (!state.landing) {
      context.fillStyle = css("--fl-plain-ground"); context.fillRect(from, 6 * ratio, 30 * ratio, tall);
      if (depth > 0) { context.fillStyle = css("--fl-brand"); context.fillRect(from, 6 * ratio, 30 * ratio, tall * Math.min(depth / most, 1)); }
      words.push(`depth ${Number.isFinite(depth) ? `${Math.max(depth, 0).toFixed(0)} mm` : "–"}`);
    }
    context.fillStyle = css("--fl-dim"); context.textAlign = "center";
    const foot = height - 9 * ratio;
    context.fillText("lateral", (left + x(0)) / 2, foot); context.fillText("0", x(0), foot); context.fillText("medial", (x(0) + right) / 2, foot);
    if (!state.landing) context.fillText("depth", width - 26 * ratio, foot);
    write("gauge-numbers", words.join(" · "));
    gauge.pictures = (gauge.pictures || 0) + 1;
  };

  dash.footload.gauge = (sound) => { gauge.sound = sound === "on"; gauge.seen = {}; return dash.no_update; };
})();
