#pragma once
// Debian's libxml2 shows ICU's types in its own, where they would collide with those of Foundation. They only stand at
// the end of a structure that is never used by value here.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <stdarg.h>
#include <stdio.h>
#include <libxslt/xslt.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <libxslt/variables.h>
#include <libxslt/extensions.h>
#include <libxslt/extra.h>
#include <libxslt/security.h>

// Where libxslt's messages go: its handlers are variadic, which Swift cannot write.
typedef struct {
    void *context;
    void (*receive)(void *context, const char *text);
} tocsin_xslt_messages;

static inline void tocsin_xslt_format_message(void *messages, const char *format, ...) {
    tocsin_xslt_messages *target = (tocsin_xslt_messages *)messages;
    if (target == NULL || target->receive == NULL) return;
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    target->receive(target->context, text);
}

// Process-wide in libxslt: call it with the compiler's lock held only. NULL silences it.
static inline void tocsin_xslt_set_compile_messages(tocsin_xslt_messages *messages) {
    xsltSetGenericErrorFunc(messages, tocsin_xslt_format_message);
}

static inline void tocsin_xslt_set_transform_messages(xsltTransformContextPtr context, tocsin_xslt_messages *messages) {
    xsltSetTransformErrorFunc(context, messages, tocsin_xslt_format_message);
}

// The two node-set functions that maps written for .NET and for EXSLT use.
static inline void tocsin_xslt_register_node_set(void) {
    xsltRegisterExtModuleFunction((const xmlChar *)"node-set", (const xmlChar *)"urn:schemas-microsoft-com:xslt", xsltFunctionNodeSet);
    xsltRegisterExtModuleFunction((const xmlChar *)"node-set", (const xmlChar *)"http://exslt.org/common", xsltFunctionNodeSet);
}
