// Everything here is a comfort: each page works without it.
const body = document.body;
const offset = body.dataset.now ? Date.parse(body.dataset.now) - Date.now() : 0;
const serverNow = () => Date.now() + offset;

function leftText(seconds) {
  const [days, hours, minutes, few, over] = body.dataset.left.split("|");
  if (seconds <= 0) return over;
  const total = Math.floor(seconds / 60);
  const d = Math.floor(total / 1440), h = Math.floor((total % 1440) / 60), m = total % 60;
  if (d) return days.replace("{days}", d).replace("{hours}", h);
  if (h) return hours.replace("{hours}", h).replace("{minutes}", m);
  return m ? minutes.replace("{minutes}", m) : few;
}

function tick() {
  for (const node of document.querySelectorAll("[data-until]")) {
    const seconds = (Date.parse(node.dataset.until) - serverNow()) / 1000;
    const text = leftText(seconds);
    if (node.textContent !== text) node.textContent = text;
    node.classList.toggle("left-soon", seconds > 0 && seconds < 86400);
    node.classList.toggle("left-over", seconds <= 0);
  }
  const clock = document.querySelector("[data-clock]");
  if (clock) clock.textContent = new Date(serverNow()).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
}

function say(text) {
  const toast = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
  toast.setAttribute("role", "status");
  body.append(toast);
  setTimeout(() => toast.remove(), 4000);
}

async function onClick(event) {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    say(body.dataset.copied);
  }
  if (event.target.closest("[data-print]")) window.print();
}

// <form data-confirm="id of a dialog">: asks in the page; focus starts on "back".
function onSubmit(event) {
  const form = event.target;
  const dialog = form.dataset.confirm && document.getElementById(form.dataset.confirm);
  if (dialog && !form.dataset.sure) {
    event.preventDefault();
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.sure = "1";
      form.requestSubmit(event.submitter);
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
    return;
  }
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 5000);
}

// <input data-words="id">: shows the amount in 大写 while it is typed.
async function bindWords(inputs) {
  const money = await import(body.dataset.money);
  for (const input of inputs) {
    const out = document.getElementById(input.dataset.words);
    const show = () => { try { out.textContent = input.value ? money.inWords(money.parseYuan(input.value)) : ""; } catch (error) { out.textContent = error.message; } };
    input.addEventListener("input", show);
    show();
  }
}

// <form data-auto>: a filter form that applies itself on a wide screen; its addresses carry what is chosen, nothing empty.
function bindAuto(form) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[type=checkbox], [type=radio]") && matchMedia("(min-width: 961px)").matches) form.requestSubmit();
  });
}

tick();
setInterval(tick, 1000);
document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
document.querySelectorAll(navigator.clipboard ? "[data-copy], [data-print]" : "[data-print]").forEach((node) => { node.hidden = false; });
document.querySelectorAll("form[data-auto]").forEach(bindAuto);
const worded = document.querySelectorAll("input[data-words]");
if (worded.length) bindWords(worded);
document.querySelector("[data-error-summary]")?.focus();
if (!CSS.supports("scroll-initial-target", "nearest")) document.querySelectorAll(".nav [aria-current]").forEach((node) => { node.closest("ul").scrollLeft = node.offsetLeft - 32; });
