// Gives the widget one of the page's own photos, for visitors who have none at hand. On your site leave this out:
// a photo you have already is given to the element in the same way, with `choose`.
const generator = document.querySelector('imgvid-generator');

async function give(button) {
  button.disabled = true;
  try {
    const [answer] = await Promise.all([
      fetch(button.dataset.photo),
      customElements.whenDefined('imgvid-generator'),
    ]);
    if (!answer.ok) throw new Error(`${button.dataset.photo}: ${answer.status}`);
    generator.scrollIntoView({ block: 'nearest' });
    // Resolves when the photo has arrived; until then, another one may be tried.
    void generator.choose(await answer.blob());
  } finally {
    button.disabled = false;
  }
}

for (const button of document.querySelectorAll('button[data-photo]')) {
  button.addEventListener('click', () => void give(button));
}
