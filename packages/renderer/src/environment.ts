/**
 * For the environment of a process that renders: with it glibc's malloc gives back at once what is larger than two megabytes,
 * as frames of 1080p are. Left to itself it keeps some eighty megabytes of them. Other systems do not read it.
 */
export const renderEnvironment: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: String(2 * 2 ** 20),
};
