import { ImgvidGenerator } from './generator.ts';

// The API is where this file came from: https://imgvid.example/embed/v1/core-….js
ImgvidGenerator.defaultApi = new URL(/* @vite-ignore */ '../..', import.meta.url).href.replace(/\/$/, '');
