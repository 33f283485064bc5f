// A preload script of the measured programs: marks the frame after the one in which the first rows of the list were painted. It asks for
// no frame before there are rows, which would cost the page the time that is measured.
new MutationObserver((_changes, observer) => {
  if (!document.querySelector('[data-testid="passkey-row"]')) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('passkeys-painted')));
}).observe(document, { childList: true, subtree: true });
