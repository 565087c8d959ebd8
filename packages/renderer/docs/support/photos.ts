import { join } from 'node:path';
import type { CameraMove } from '../../src/moves/index.ts';

export const photoOf = (file: string): string => join(import.meta.dirname, '../../test/photos', file);

/** What the contact sheet shows of each photo: a wide clip and an upright one. */
export const strips: [file: string, what: string, wide: CameraMove, upright: CameraMove][] = [
  ['cactus-pot.jpg', 'a cactus, on a colour', 'orbit_left', 'spin'],
  ['skipping-rope.jpg', 'a rope, on a colour', 'push_in', 'float'],
  ['trainer.jpg', 'a shoe, on grey', 'drift_right', 'orbit_right'],
  ['lamp.jpg', 'a lamp that hangs into the photo', 'orbit_right', 'pull_out'],
  ['stool.jpg', 'a pale stool, on a colour', 'orbit_left', 'push_in'],
  ['hanging-plant.jpg', 'leaves, on white', 'dolly_zoom', 'drift_left'],
  ['balloon-chair.jpg', 'two things and a thread', 'push_in', 'tilt_up'],
  ['succulents.jpg', 'several things', 'push_in', 'orbit_right'],
  ['bicycle.jpg', 'black, on dark grey', 'orbit_left', 'push_in'],
  ['plant-spines.jpg', 'spines, cut off below', 'drift_left', 'rack_focus'],
  ['plant-on-table.jpg', 'a table before a wall', 'push_in', 'pan_right'],
  ['coffee.jpg', 'a cup on a table', 'orbit_left', 'push_in'],
  ['red-dish.jpg', 'a dish, from above', 'orbit_right', 'drift_left'],
  ['brushes.jpg', 'what fills the photo', 'pan_right', 'push_in'],
  ['logo.png', 'a logo', 'push_in', 'pull_out'],
  ['astronaut.jpg', 'a portrait', 'push_in', 'orbit_left'],
  ['dahlia.jpg', 'a flower before a blur', 'orbit_left', 'rack_focus'],
  ['tulips.jpg', 'flowers among flowers', 'drift_right', 'push_in'],
  ['dandelion.jpg', 'against the light', 'drift_left', 'tilt_up'],
  ['cat.jpg', 'an animal, close', 'push_in', 'handheld'],
  ['dogs-window.jpg', 'an upright photo', 'push_in', 'tilt_up'],
  ['room.jpg', 'a room', 'orbit_right', 'pan_left'],
  ['pagoda.jpg', 'a building', 'drift_right', 'tilt_up'],
  ['rocket.jpg', 'small before the sky', 'push_in', 'tilt_up'],
  ['meadow-mountains.jpg', 'a landscape', 'pan_left', 'push_in'],
  ['mountains.jpg', 'mountains', 'reveal', 'pan_right'],
  ['very-wide.jpg', 'a very wide photo', 'pan_right', 'push_in'],
  ['very-tall.jpg', 'a very tall photo', 'push_in', 'tilt_down'],
];
