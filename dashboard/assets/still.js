// Tables that hold words and marks alone come as one text each and are drawn here; words stay words, whatever they say.
(function () {
  const built = (part) => {
    if (typeof part === "string") return document.createTextNode(part);
    const [name, attributes, content] = part, element = document.createElement(name);
    for (const [each, value] of Object.entries(attributes)) element.setAttribute(each, value);
    element.append(...content.map(built));
    return element;
  };
  const fill = (element) => element.replaceChildren(...JSON.parse(element.dataset.still).map(built));
  const look = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.dataset.still !== undefined) fill(node);
    else if (node.firstElementChild) node.querySelectorAll("[data-still]").forEach(fill);
  };
  // Observers are called before the next picture, so that nobody sees a table without its rows.
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) if (type === "attributes") fill(target); else addedNodes.forEach(look);
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-still"] });
  look(document.documentElement);
})();
