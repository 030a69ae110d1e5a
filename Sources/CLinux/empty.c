/* Everything in CLinux is a static inline shim in its header; SwiftPM wants one source file. */
