// A preload script of the measured programs: marks the frame in which the first dialog was painted. A hidden window paints nothing.
const look = () => {
  if (document.querySelector('[data-testid="ceremony"]'))
    requestAnimationFrame(() => performance.mark('dialog-painted'));
  else requestAnimationFrame(look);
};
look();
