/** A picture to show the widget with a photo in it, drawn here so that none has to be loaded. */
export function samplePhoto(): Promise<Blob> {
  const [width, height] = [1600, 1200];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('There is no canvas to draw on.');
  const sky = context.createLinearGradient(0, 0, 0, height * 0.7);
  sky.addColorStop(0, '#27406b');
  sky.addColorStop(0.55, '#d98a6a');
  sky.addColorStop(1, '#f6d9a8');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#fff2d0';
  context.beginPath();
  context.arc(width * 0.64, height * 0.47, 92, 0, Math.PI * 2);
  context.fill();
  const hills = [
    ['#7a5b70', 0.62, 150, 0.0031],
    ['#4d4862', 0.71, 120, 0.0043],
    ['#26304a', 0.82, 90, 0.0057],
  ] as const;
  for (const [color, level, tall, often] of hills) {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width; x += 8) {
      context.lineTo(
        x,
        height * level +
          Math.sin(x * often + level * 20) * tall * 0.6 +
          Math.sin(x * often * 2.7) * tall * 0.2,
      );
    }
    context.lineTo(width, height);
    context.fill();
  }
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
}
