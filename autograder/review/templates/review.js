// Keys and buttons of the marking application. Without it every form still works.
"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  document.documentElement.classList.add("has-script");

  const points = one("#points");
  const reason = one("#reason");
  const told = one("#told");

  const tell = (text) => { if (told) told.textContent = text; };

  for (const button of document.querySelectorAll("[data-points]")) {
    button.addEventListener("click", () => {
      points.value = button.dataset.points;
      tell(button.firstChild.textContent.trim());
    });
  }
  for (const button of document.querySelectorAll("[data-reason]")) {
    button.addEventListener("click", () => {
      reason.value = button.dataset.reason;
      tell(button.dataset.reason);
    });
  }
  for (const button of document.querySelectorAll("[data-dialog]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.dialog).showModal());
  }

  // A page that the browser kept aside may show what is not true any more.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const isTyping = (element) =>
    element.matches("textarea, select, input:not([type=checkbox])") || element.isContentEditable;

  const use = (element) => {
    if (element.matches("textarea, input:not([type=checkbox])")) {
      element.focus();
      element.select();
    } else {
      element.click();
    }
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.isComposing || event.repeat) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) {
      event.preventDefault();
      target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape" && isTyping(target)) {
      target.blur();
      return;
    }
    if (!document.body.dataset.keys || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(target) || one("dialog[open]")) return;
    const found = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
    if (found) {
      event.preventDefault();
      use(found);
    }
  });
})();
