#include "yaml_anchors.h"

#include <errno.h>
#include <stdlib.h>

#include "alloc.h"
#include "hash.h"

struct yaml_anchor {
	char *name;                /* owned; the key */
	struct json_object *value; /* owned; NULL: null */
	size_t size;               /* 0: the value has begun and not ended */
	size_t opened;             /* as the so many-th, from 1 on */
	UT_hash_handle hh;
};

static struct yaml_anchor *find(const struct yaml_anchors *anchors, const char *name)
{
	struct yaml_anchor *found;

	HASH_FIND_STR(anchors->of, name, found);
	return found;
}

size_t yaml_anchors_open(struct yaml_anchors *anchors, const char *name)
{
	struct yaml_anchor *anchor = find(anchors, name);

	if (anchor == NULL) {
		anchor = xcalloc(1, sizeof(*anchor));
		anchor->name = xstrdup(name);
		HASH_ADD_KEYPTR(hh, anchors->of, anchor->name, strlen(anchor->name), anchor);
	}
	json_object_put(anchor->value);
	anchor->value = NULL;
	anchor->size = 0;
	anchor->opened = ++anchors->opened;
	return anchor->opened;
}

void yaml_anchors_close(struct yaml_anchors *anchors, const char *name, size_t opened,
			struct json_object *value, size_t size)
{
	struct yaml_anchor *anchor = find(anchors, name);

	/* a: &x [&x 1, *x] */
	if (anchor->opened != opened)
		return;
	json_object_put(anchor->value);
	anchor->value = json_object_get(value);
	anchor->size = size;
}

int yaml_anchors_get(const struct yaml_anchors *anchors, const char *name,
		     struct json_object **value, size_t *size)
{
	struct yaml_anchor *anchor = find(anchors, name);

	if (anchor == NULL)
		return -ENOENT;
	if (anchor->size == 0)
		return -ELOOP;
	*value = json_object_get(anchor->value);
	*size = anchor->size;
	return 0;
}

void yaml_anchors_release(struct yaml_anchors *anchors)
{
	struct yaml_anchor *anchor, *next;

	HASH_ITER(hh, anchors->of, anchor, next) {
		HASH_DEL(anchors->of, anchor);
		json_object_put(anchor->value);
		free(anchor->name);
		free(anchor);
	}
}
