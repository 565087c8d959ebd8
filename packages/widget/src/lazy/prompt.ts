/** Camera words in nine languages: only for visitors who write a prompt. */
export { moveFromPrompt } from '@imgvid/renderer/moves';
