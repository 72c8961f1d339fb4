#include "driver/cli/command_line.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <new>

#include "driver/cli/suggest.hpp"
#include "sw/base/error.hpp"

namespace napier::driver {
namespace {

int report(int code, const std::string& sentence) {
    std::fflush(stdout);
    fmt::print(stderr, "napier: {}\n", sentence);
    return code;
}

// The subcommand that was given, or the whole.
const CLI::App& given(const CLI::App& app) {
    const auto parsed = app.get_subcommands();
    return parsed.empty() ? app : *parsed.front();
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(subcommand->get_name());
    }
    return names;
}

// The sentence for words that no option takes.
std::string explain_extras(const CLI::App& app) {
    const std::vector<std::string> words = app.remaining(true);
    if (words.empty()) return "The command line makes no sense; see napier --help.";
    const CLI::App& subcommand = given(app);
    const bool top = &subcommand == &app;
    const std::string word = words.front().substr(0, words.front().find('='));
    const bool option = word.starts_with("-");
    const std::string close = nearest(word, !option && top ? subcommand_names(app) : option_names(subcommand));
    return fmt::format("There is no {} '{}'{}; see {}--help.", option ? "option" : top ? "command" : "argument", word,
                       close.empty() ? "" : fmt::format("; did you mean '{}'?", close),
                       top ? "napier " : fmt::format("napier {} ", subcommand.get_name()));
}

int run(CLI::App& app, int argc, const char* const* argv, int& result) {
    try {
        app.parse(argc, argv);
        return result;
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::CallForAllHelp& help) {
        return app.exit(help);
    } catch (const CLI::ExtrasError&) {
        return report(exit_usage, explain_extras(app));
    } catch (const CLI::ParseError& error) {
        if (!app.remaining(true).empty()) return report(exit_usage, explain_extras(app));
        const CLI::App& subcommand = given(app);
        return report(exit_usage, fmt::format("{}; see napier {}{}--help.", error.what(),
                                              &subcommand == &app ? "" : subcommand.get_name(),
                                              &subcommand == &app ? "" : " "));
    }
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
    CLI::App app("Napier: runs quantized neural networks on an accelerator that does not multiply.", "napier");
    app.require_subcommand(1);
    app.footer("Example: napier run model.onnx --images images.npy --labels labels.npy --rtl 2");
    int result = exit_good;
    add_run(app, result);
    add_verify(app, result);
    add_check(app, result);
    add_compile(app, result);
    add_quantize(app, result);
    add_profile(app, result);
    add_machines(app, result);
    add_zoo(app, result);
    add_squeezenext(app, result);
    try {
        return run(app, argc, argv, result);
    } catch (const Error& error) {
        return report(error.kind() == ErrorKind::usage ? exit_usage : exit_failed, error.what());
    } catch (const std::bad_alloc&) {
        return report(exit_failed, "Not enough memory on this computer; use a smaller model or fewer images.");
    } catch (const std::exception& error) {
        return report(exit_failed, fmt::format("Internal error: {}", error.what()));
    }
}

}  // namespace napier::driver
