#pragma once
// Debian's libxml2 shows ICU's types in its own, where they would collide with those of Foundation. They only stand at
// the end of a structure that is never used by value here.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <string.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlsave.h>
#include <libxml/xmlerror.h>

// xmlFree is a mutable global function pointer, which Swift may not read.
static inline void tocsin_xml_free(void *memory) { xmlFree(memory); }

static inline void tocsin_xml_ignore_message(void *context, const char *message, ...) {
    (void)context;
    (void)message;
}

// The handlers of unstructured messages are variadic, which Swift cannot write. They are thread-local in libxml2.
static inline void tocsin_xml_silence_thread(void) { xmlSetGenericErrorFunc(NULL, tocsin_xml_ignore_message); }
