#include "command_tree.hpp"

#include <utility>

#include <CLI/CLI.hpp>

namespace edgeward::app {
namespace {

CommandOption describe(const CLI::Option& option) {
    CommandOption made;
    made.positional = option.get_positional();
    made.name = made.positional || option.get_lnames().empty() ? option.get_name(made.positional)
                                                               : "--" + option.get_lnames().front();
    made.summary = option.get_description();
    made.fallback = option.get_default_str();
    made.takes_value = option.get_items_expected_max() > 0;
    return made;
}

CommandNode describe(const CLI::App& app, const std::string& above) {
    CommandNode made;
    made.name = app.get_name();
    made.path = above.empty() ? made.name : above + ' ' + made.name;
    made.summary = app.get_description();
    for (const CLI::Option* option : app.get_options())
        made.options.push_back(describe(*option));
    for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; }))
        made.children.push_back(describe(*child, made.path));
    return made;
}

}  // namespace

CommandNode command_tree(const CLI::App& app) {
    return describe(app, {});
}

}  // namespace edgeward::app
