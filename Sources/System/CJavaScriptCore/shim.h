#pragma once
#include <stdbool.h>
#include <JavaScriptCore/JavaScript.h>

// Exported by the library, declared in a header that Debian does not ship (JSContextRefPrivate.h).
typedef bool (*tocsin_should_terminate)(JSContextRef context, void *info);
extern void JSContextGroupSetExecutionTimeLimit(
    JSContextGroupRef group, double limit, tocsin_should_terminate callback, void *info);
