/** The one style sheet, sent inside every page. Text has a contrast of at least 4.5 to 1 in both colour schemes. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f1f1f2; --card: #fff; --text: #161823; --muted: #5b5c64; --line: #e3e3e4;
  --accent: #d6103f; --accent-text: #fff; --off: #8a8b91; --focus: #0b6e8f; }
@media (prefers-color-scheme: dark) { :root { --page: #000; --card: #161823; --text: #f6f6f7; --muted: #b3b4ba;
  --line: #33343d; --off: #75767e; --focus: #25f4ee; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; background: var(--page);
  color: var(--text); font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.emulator { width: 100%; margin: 0; padding: 10px 16px; background: #25f4ee; color: #161823; font-size: 14px; text-align: center; }
.emulator strong { margin-right: 6px; }
main { width: min(440px, 100%); margin: 32px 0; padding: 32px; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; }
@media (max-width: 480px) { main { margin: 0; border: 0; border-radius: 0; padding: 24px 20px; } }
.app { width: 64px; height: 64px; margin: 0 auto 16px; display: grid; place-items: center; border-radius: 16px;
  background: #161823; color: #25f4ee; font-size: 28px; font-weight: 700; border: 1px solid var(--line); }
h1 { margin: 0 0 8px; font-size: 22px; line-height: 1.3; text-align: center; overflow-wrap: anywhere; }
.lead { margin: 0 0 24px; color: var(--muted); text-align: center; overflow-wrap: anywhere; }
fieldset { margin: 0 0 24px; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin-bottom: 8px; font-size: 14px; font-weight: 600; }
label, .account { display: flex; align-items: center; gap: 12px; padding: 12px 0; border-top: 1px solid var(--line); }
label { cursor: pointer; }
label > span, .account > span { flex: 1; min-width: 0; overflow-wrap: anywhere; }
small { display: block; color: var(--muted); font-size: 13px; }
img { width: 40px; height: 40px; border-radius: 50%; flex: none; }
input[type=radio] { width: 20px; height: 20px; margin: 0; accent-color: var(--accent); flex: none; }
input[type=checkbox] { appearance: none; width: 44px; height: 26px; margin: 0; flex: none; border-radius: 13px;
  background: var(--off); position: relative; cursor: pointer; transition: background .15s; }
input[type=checkbox]::after { content: ""; position: absolute; top: 3px; left: 3px; width: 20px; height: 20px;
  border-radius: 50%; background: #fff; transition: left .15s; }
input[type=checkbox]:checked { background: var(--accent); }
input[type=checkbox]:checked::after { left: 21px; }
@media (forced-colors: active) { input[type=checkbox] { appearance: auto; } }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
button { display: block; width: 100%; min-height: 48px; margin-top: 12px; padding: 10px 16px; border-radius: 6px;
  border: 1px solid var(--line); background: transparent; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-text); }
.note { margin: 20px 0 0; color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
dl { margin: 24px 0 0; padding: 16px; border: 1px solid var(--line); border-radius: 8px; overflow-wrap: anywhere; }
dt { color: var(--muted); font-size: 13px; }
dd { margin: 0 0 12px; }
dd:last-child { margin: 0; }
code { font-family: ui-monospace, Consolas, monospace; font-size: 15px; }
`;
