/* The C interface of Napier: open a device, load a model, run it.
 *
 *     napier_device *device;
 *     if (napier_open("sim", "edge", &device) != NAPIER_OK ||
 *         napier_load(device, "model.onnx") != NAPIER_OK ||
 *         napier_run(device, image, sizeof image, scores, sizeof scores) != NAPIER_OK)
 *         fprintf(stderr, "%s\n", napier_last_error());
 *
 * Every function that can fail returns a status; the sentence that says what is wrong and what to do about it is
 * napier_last_error() of the same thread. No C++ exception leaves the library.
 *
 * Threads: a device belongs to one thread at a time; devices are independent of each other, and of what a thread does
 * with another. Strings and tables that a device gives stay valid until it is loaded anew or closed.
 *
 * Versions: a program made for version n runs with every library of NAPIER_API_VERSION n; functions are added within a
 * version, and neither a function's meaning nor a struct's layout changes.
 */
#ifndef NAPIER_H
#define NAPIER_H

#include <stddef.h>
#include <stdint.h>

#define NAPIER_API_VERSION 1

#if defined(__GNUC__)
#define NAPIER_API __attribute__((visibility("default")))
#else
#define NAPIER_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum napier_status {
    NAPIER_OK = 0,
    NAPIER_USAGE = 1,       /* a call that makes no sense: NULL, no model, no such device or machine */
    NAPIER_INPUT = 2,       /* a file or an image is damaged, or has another size */
    NAPIER_UNSUPPORTED = 3, /* the model needs what the machine has not */
    NAPIER_CAPACITY = 4,    /* the model does not fit the machine */
    NAPIER_DEVICE = 5,      /* the device stopped with an error, or does not answer */
    NAPIER_SYSTEM = 6,      /* the system refused: a file, memory */
    NAPIER_INTERNAL = 7     /* a mistake in the library */
} napier_status;

typedef enum napier_type { NAPIER_INT8 = 0, NAPIER_UINT8 = 1, NAPIER_FLOAT32 = 2, NAPIER_INT64 = 3 } napier_type;

typedef struct napier_device napier_device;

/* The input or output of a model: one image, dense, in the order of the model file. */
typedef struct napier_port {
    const char *name;
    napier_type type;
    size_t shape[3]; /* channels, height, width, or height, width, channels, as in the model file; of an input of
                        heads: heads, tokens, channels of each; of indices (NAPIER_INT64): height, width, 1 */
    size_t bytes;
} napier_port;

/* A layer of the last run. cycles: from the end of all layers before it to the end of its last command. */
typedef struct napier_layer {
    const char *name;
    const char *operation;
    const char *format;  /* of its weights on the machine */
    int64_t products;    /* useful ones */
    uint64_t cycles;
    uint64_t read_bytes; /* from the device's memory */
    uint64_t write_bytes;
} napier_layer;

/* First and last cycle of a command of the last run; the start of the program is 0. */
typedef struct napier_command {
    uint64_t start;
    uint64_t end;
} napier_command;

/* NAPIER_API_VERSION of the library; compare it with the one the program was compiled with. */
NAPIER_API uint32_t napier_api_version(void);

/* The sentence of the last call that failed in this thread; "" if none has. Valid until the thread's next call. */
NAPIER_API const char *napier_last_error(void);

/* "usage", "input" ... for messages; "unknown" for anything that is no status. */
NAPIER_API const char *napier_status_name(napier_status status);

/* device: "sim" and others, as `napier run --device` takes them; machine: as `napier machines` lists them.
 * *opened is NULL if the call fails. */
NAPIER_API napier_status napier_open(const char *device, const char *machine, napier_device **opened);

/* Gives back all that the device holds. NULL is allowed. */
NAPIER_API void napier_close(napier_device *device);

/* Puts an ONNX model, or a program that `napier compile` made for this machine, onto the device. A file that is refused
 * leaves the model before it in place. */
NAPIER_API napier_status napier_load(napier_device *device, const char *path);

/* What the loaded model takes and gives; of several inputs the first. */
NAPIER_API napier_status napier_input(const napier_device *device, napier_port *port);
NAPIER_API napier_status napier_output(const napier_device *device, napier_port *port);

/* The inputs of the loaded model, in the order of the model file. */
NAPIER_API napier_status napier_input_count(const napier_device *device, size_t *count);
NAPIER_API napier_status napier_get_input(const napier_device *device, size_t index, napier_port *port);

/* Runs the model on one image: the values of all its inputs, one behind the other. input_bytes and output_bytes must be
 * what napier_input (for several inputs the sum of what napier_get_input says) and napier_output say; the output is
 * written only if the call succeeds. */
NAPIER_API napier_status napier_run(napier_device *device, const void *input, size_t input_bytes, void *output,
                                    size_t output_bytes);

/* The performance counters of the machine after the last run, at most `count`; napier_counter_count() of them are
 * there, and napier_counter_name() says which ("cycles", "commands" ...; NULL past the last). */
NAPIER_API size_t napier_counter_count(void);
NAPIER_API const char *napier_counter_name(size_t index);
NAPIER_API napier_status napier_counters(const napier_device *device, uint32_t *values, size_t count);

/* The layers of the loaded model, and one of them with its times in the last run. Times are 0 on a device that cannot
 * see its commands. */
NAPIER_API napier_status napier_layer_count(const napier_device *device, size_t *count);
NAPIER_API napier_status napier_get_layer(const napier_device *device, size_t index, napier_layer *layer);

/* The commands of the last run whose times the device saw: all of the program's, or none. */
NAPIER_API napier_status napier_command_count(const napier_device *device, size_t *count);
NAPIER_API napier_status napier_get_command(const napier_device *device, size_t index, napier_command *command);

#ifdef __cplusplus
}
#endif

#endif
