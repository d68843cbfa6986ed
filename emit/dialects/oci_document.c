#include "oci_document.h"

#include <stdlib.h>

#include "alloc.h"

void oci_document_begin(const struct node *object, struct reading *reading)
{
	struct node list;
	struct oci_document *document = xcalloc(1, sizeof(*document));

	document->line = document->architectures_line = object->line;
	if (node_get_array(object, "architectures", &list))
		document->architectures_line = list.line;
	reading->document = document;
}

struct oci_entry *oci_document_add(const struct node *node, struct reading *reading)
{
	struct oci_document *document = reading->document;

	xgrow(&document->entries, document->n_entries, &document->cap_entries,
	      sizeof(*document->entries));
	struct oci_entry *entry = &document->entries[document->n_entries++];
	*entry = (struct oci_entry){.line = node->line};
	return entry;
}

void oci_document_release(struct reading *reading)
{
	struct oci_document *document = reading->document;

	if (document == NULL)
		return;
	for (size_t i = 0; i < document->n_entries; i++) {
		free(document->entries[i].args.of);
		free(document->entries[i].args.value_two_lines);
		free(document->entries[i].names);
	}
	free(document->entries);
	rule_history_release(&document->history);
	free(document);
	reading->document = NULL;
}
