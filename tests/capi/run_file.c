/* A whole C program against napier.h: run_file <device> <machine> <model> <input> <output> runs the model on the bytes
 * of one file and writes those of its result to another. Prints the cycles it took. */
#include <stdio.h>
#include <stdlib.h>

#include "driver/capi/napier.h"

static int complain(napier_status status) {
    fprintf(stderr, "%s: %s\n", napier_status_name(status), napier_last_error());
    return 1;
}

/* As many bytes as the port takes; NULL if the file has others. */
static unsigned char *read_file(const char *path, size_t bytes) {
    FILE *file = fopen(path, "rb");
    unsigned char *data = malloc(bytes + 1);
    size_t count = file != NULL && data != NULL ? fread(data, 1, bytes + 1, file) : 0;
    if (file != NULL) fclose(file);
    if (count == bytes) return data;
    free(data);
    return NULL;
}

static int write_file(const char *path, const unsigned char *data, size_t bytes) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) return 1;
    const size_t written = fwrite(data, 1, bytes, file);
    return fclose(file) != 0 || written != bytes;
}

static int run(napier_device *device, char **arguments) {
    napier_port input, output;
    uint32_t cycles;
    napier_status status = napier_load(device, arguments[2]);
    if (status == NAPIER_OK) status = napier_input(device, &input);
    if (status == NAPIER_OK) status = napier_output(device, &output);
    if (status != NAPIER_OK) return complain(status);
    unsigned char *image = read_file(arguments[3], input.bytes);
    unsigned char *result = malloc(output.bytes);
    int failed = image == NULL || result == NULL;
    if (failed) fprintf(stderr, "'%s' does not hold %zu bytes.\n", arguments[3], input.bytes);
    if (!failed) {
        status = napier_run(device, image, input.bytes, result, output.bytes);
        if (status == NAPIER_OK) status = napier_counters(device, &cycles, 1);
        failed = status != NAPIER_OK ? complain(status) : write_file(arguments[4], result, output.bytes);
    }
    if (!failed) printf("%s %lu\n", napier_counter_name(0), (unsigned long)cycles);
    free(image);
    free(result);
    return failed;
}

int main(int count, char **arguments) {
    napier_device *device;
    if (count != 6 || napier_api_version() != NAPIER_API_VERSION) return 2;
    const napier_status status = napier_open(arguments[1], arguments[2], &device);
    if (status != NAPIER_OK) return complain(status);
    const int failed = run(device, arguments + 1);
    napier_close(device);
    return failed;
}
