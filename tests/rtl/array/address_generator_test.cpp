// Are slots and padding those of the loop nest, modulo 2^16, for any fields?

#include <catch2/catch.hpp>

#include "Vaddress_generator.h"
#include "tests/rtl/clocked.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

struct Fields {
    uint16_t base, origin_x, origin_y, pixel, row, tap_x, tap_y, group, groups, limit_w, limit_h;
    uint8_t out_w, out_h, kernel_w, kernel_h, stride_x, stride_y, dilation_x, dilation_y;
};

Fields random_fields(Random& random) {
    Fields f{};
    for (uint16_t* field : {&f.base, &f.origin_x, &f.origin_y, &f.pixel, &f.row, &f.tap_x, &f.tap_y, &f.group}) {
        *field = static_cast<uint16_t>(random.chance(50) ? random.number(0, 40) : random.bits());
    }
    for (uint16_t* field : {&f.limit_w, &f.limit_h}) {
        *field = static_cast<uint16_t>(random.chance(50) ? random.number(0, 40) : random.bits());
    }
    for (uint8_t* field : {&f.out_w, &f.out_h, &f.kernel_w, &f.kernel_h}) {
        *field = static_cast<uint8_t>(random.number(1, 5));
    }
    for (uint8_t* field : {&f.stride_x, &f.stride_y, &f.dilation_x, &f.dilation_y}) {
        *field = static_cast<uint8_t>(random.chance(50) ? random.number(0, 3) : random.bits());
    }
    f.groups = static_cast<uint16_t>(random.number(1, 5));
    return f;
}

void set(Clocked<Vaddress_generator>& module, const Fields& f) {
    module->origin_x_i = f.origin_x;
    module->pixel_stride_i = f.pixel;
    module->row_stride_i = f.row;
    module->tap_stride_x_i = f.tap_x;
    module->tap_stride_y_i = f.tap_y;
    module->group_stride_i = f.group;
    module->group_count_i = f.groups;
    module->out_w_i = f.out_w;
    module->out_h_i = f.out_h;
    module->kernel_w_i = f.kernel_w;
    module->kernel_h_i = f.kernel_h;
    module->stride_x_i = f.stride_x;
    module->stride_y_i = f.stride_y;
    module->dilation_x_i = f.dilation_x;
    module->dilation_y_i = f.dilation_y;
    module->limit_w_i = f.limit_w;
    module->limit_h_i = f.limit_h;
}

// Lets the module stand for a while, then steps.
void step(Clocked<Vaddress_generator>& module, Random& random) {
    module->step_i = 0;
    while (random.chance(20)) module.tick();
    module->step_i = 1;
    module.tick();
    module->step_i = 0;
}

void run(uint64_t seed) {
    INFO("seed " << seed);
    Random random(seed);
    const Fields f = random_fields(random);
    Clocked<Vaddress_generator> module;
    module->load_i = 1;
    module->base_i = f.base;
    module->load_x_i = f.origin_x;
    module->load_y_i = f.origin_y;
    const bool singles[] = {f.out_w == 1, f.out_h == 1, f.groups == 1, f.kernel_w == 1, f.kernel_h == 1};
    module->load_single_i = 0;
    for (int i = 0; i < 5; ++i) module->load_single_i |= static_cast<uint8_t>(singles[i] << i);
    module->step_i = random.chance(50);  // the last step of the command before
    module.tick();
    module->load_i = 0;
    module->base_i = module->load_x_i = module->load_y_i = 0xdead;
    module->load_single_i ^= 0x1f;
    set(module, f);
    for (int ky = 0; ky < f.kernel_h; ++ky) {
        for (int kx = 0; kx < f.kernel_w; ++kx) {
            for (int g = 0; g < f.groups; ++g) {
                for (int oy = 0; oy < f.out_h; ++oy) {
                    for (int ox = 0; ox < f.out_w; ++ox) {
                        module.settle();
                        const int slot = f.base + oy * f.row + ox * f.pixel + ky * f.tap_y + kx * f.tap_x + g * f.group;
                        const int x = (f.origin_x + ox * f.stride_x + kx * f.dilation_x) & 0xffff;
                        const int y = (f.origin_y + oy * f.stride_y + ky * f.dilation_y) & 0xffff;
                        const bool pixel_last = ox == f.out_w - 1 && oy == f.out_h - 1;
                        REQUIRE(module->slot_o == (slot & 0xffff));
                        REQUIRE((module->pad_o != 0) == !(x < f.limit_w && y < f.limit_h));
                        REQUIRE((module->pixel_last_o != 0) == pixel_last);
                        REQUIRE((module->pass_last_o != 0) ==
                                (g == f.groups - 1 && kx == f.kernel_w - 1 && ky == f.kernel_h - 1));
                        step(module, random);
                    }
                }
            }
        }
    }
}

}  // namespace

TEST_CASE("random loop nests") {
    for (uint64_t seed = 0; seed < 200; ++seed) run(seed);
}

}  // namespace napier::test
