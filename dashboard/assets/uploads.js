// Files dropped or chosen on the page of sessions: one request a file, its bytes as the body, then one that adds them.
(function () {
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const HEADERS = { "X-Footload-Upload": "1" };
  const size = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e3).toFixed(0)} kB`);
  let open = null; // the drop that is on its way

  const tell = (title, message, color) =>
    dash.set_props("notices", { sendNotifications: [{ action: "show", title, message, color, closeButtonProps: { "aria-label": "Close" }, autoClose: color === "red" ? false : 6000 }] });

  const drop = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  function send(file, id, onprogress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `/upload/${id}?name=${encodeURIComponent(file.name)}`);
      request.setRequestHeader("X-Footload-Upload", "1");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.onprogress = (event) => onprogress(event.loaded);
      request.onerror = () => reject(new Error("The connection was lost; look whether footload still runs, and drop the file again."));
      request.onabort = () => reject(new Error("Stopped; nothing of it is kept."));
      request.onload = () => {
        let said = {};
        try { said = JSON.parse(request.responseText); } catch { said = { error: request.responseText }; }
        if (request.status === 200) resolve(said);
        else reject(new Error(said.error || `The server answered ${request.status}.`));
      };
      open.request = request;
      request.send(file);
    });
  }

  const made = (kind, fields, ...children) => {
    const element = Object.assign(document.createElement(kind), fields);
    element.append(...children);
    return element;
  };

  // Two files that can be one trial: a person says whether they are, and when each began. Two trials, where nobody says more.
  async function asked_of(zone, id) {
    zone.querySelector(".upload-state").textContent = "Looking whether two of these are one trial";
    const answer = await fetch(`/upload/${id}/look`, { method: "POST", headers: HEADERS });
    const seen = await answer.json();
    if (!answer.ok) throw new Error(seen.error);
    if (!seen.files.length) {
      if (seen.reason) tell("Not joined", seen.reason, "blue");
      return {};
    }
    const ways = [
      ["", "Two trials: nothing is assumed of when they began."],
      ["trigger", "One trial: one trigger began both, so that their times are the same."],
      ["tap", "One trial: a heel tap that both felt says when they began (found within 0.25 s, or they are not joined)."],
      ["offset", `One trial: ${seen.files[1]} began so many seconds after ${seen.files[0]}:`],
    ];
    const offset = made("input", { type: "number", step: "0.001", value: "0", disabled: true });
    offset.setAttribute("aria-label", "Seconds after");
    const choice = made("fieldset", { className: "upload-choice" }, made("legend", { textContent: "One trial or two?" }),
      made("p", { className: "small", textContent: seen.reason }));
    for (const [value, words] of ways) {
      const radio = made("input", { type: "radio", name: "upload-joining", value, checked: value === "" });
      radio.addEventListener("change", () => { offset.disabled = value !== "offset"; });
      const label = made("label", {}, radio, made("span", { textContent: words }));
      choice.append(value === "offset" ? made("div", { className: "upload-choice-acts" }, label, offset) : label);
    }
    const add = made("button", { type: "button", className: "button-main", textContent: "Add" });
    const stop = made("button", { type: "button", className: "button-link", textContent: "Stop" });
    choice.append(made("div", { className: "upload-choice-acts" }, add, stop));
    zone.append(choice);
    zone.dataset.state = "choosing";
    choice.querySelector("input").focus();
    try {
      return await new Promise((resolve, reject) => {
        open.giveUp = () => reject(new Error("Stopped; nothing of it is kept."));
        stop.addEventListener("click", open.giveUp);
        add.addEventListener("click", () => resolve({ joining: choice.querySelector("input:checked").value, offset: offset.value }));
      });
    } finally {
      choice.remove();
      open.giveUp = null;
    }
  }

  async function take(zone, files) {
    if (!files.length) return;
    if (open) {
      tell(`${files[0].name} was not taken`, open.giveUp ? "Say first what the files before it are." : "Another file is still on its way; drop this one when it is there, or stop the other one.", "red");
      return;
    }
    const most = Number(zone.dataset.most);
    const large = files.find((file) => file.size > most);
    if (large) {
      tell(`${large.name} is too large`, `It has ${size(large.size)}, but at most ${size(most)} are taken. Copy it into the folder of the ` +
        "recordings instead, or export a shorter recording.", "red");
      return;
    }
    const id = drop(), all = files.reduce((sum, file) => sum + file.size, 0), bar = zone.querySelector("progress");
    open = { id };
    zone.dataset.state = "sending";
    let before = 0, name = "";
    try {
      for (const file of files) {
        name = file.name;
        await send(file, id, (loaded) => {
          bar.value = all ? (before + loaded) / all : 1;
          zone.querySelector(".upload-state").textContent = `${file.name}: ${size(before + loaded)} of ${size(all)}`;
        });
        before += file.size;
      }
      name = "";
      const joining = files.length > 1 ? await asked_of(zone, id) : {};
      const field = (each) => document.getElementById(`upload-${each}`)?.value?.trim() || "";
      const asked = new URLSearchParams(["participant", "date", "task", "condition"].map((each) => [each, field(each)]));
      for (const [key, value] of Object.entries(joining)) asked.set(key, value);
      const answer = await fetch(`/upload/${id}/add?${asked}`, { method: "POST", headers: HEADERS });
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.error);
      dash.set_props("jobs-begun", { data: said.job });
    } catch (error) {
      fetch(`/upload/${id}`, { method: "DELETE", headers: HEADERS });
      tell(name ? `${name} was not taken` : "The files were not added", error.message, "red");
    }
    open = null;
    zone.dataset.state = "";
    zone.querySelector(".upload-state").textContent = "";
  }

  // Whoever leaves in the middle leaves nothing behind.
  window.addEventListener("pagehide", () => {
    if (open) fetch(`/upload/${open.id}`, { method: "DELETE", headers: HEADERS, keepalive: true });
  });

  dash.footload.uploads = function () {
    const zone = document.getElementById("upload-zone");
    if (!zone || zone.querySelector("input[type=file]")) return dash.no_update;
    open?.giveUp?.(); // the question stood on a page that was left
    const chosen = Object.assign(document.createElement("input"), { type: "file", multiple: true, id: "upload-files", className: "sr-only" });
    chosen.setAttribute("aria-label", "Files to import");
    chosen.addEventListener("change", () => { take(zone, [...chosen.files]); chosen.value = ""; });
    zone.append(chosen);
    zone.querySelector(".upload-choose").addEventListener("click", () => chosen.click());
    zone.querySelector(".upload-stop").addEventListener("click", () => open?.request?.abort());
    for (const kind of ["dragover", "dragleave", "drop"]) {
      zone.addEventListener(kind, (event) => {
        event.preventDefault();
        zone.classList.toggle("upload-over", kind === "dragover");
        if (kind === "drop") take(zone, [...event.dataTransfer.files]);
      });
    }
    return dash.no_update;
  };

  // A file that misses the zone would be opened by the browser in place of the page.
  for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
})();
