// A preload script of the measured programs: marks the frame in which the first rows of the list were painted.
const look = () => {
  if (document.querySelector('[data-testid="passkey-row"]'))
    requestAnimationFrame(() => performance.mark('passkeys-painted'));
  else requestAnimationFrame(look);
};
look();
