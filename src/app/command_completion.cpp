// `edgeward completion`: what a shell offers while a command is typed, made from the command line itself.

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "command.hpp"
#include "command_tree.hpp"

namespace edgeward::app {
namespace {

// The words that may follow a command: its subcommands and options.
std::string words_after(const CommandNode& command) {
    std::string words;
    for (const auto& node : command.children)
        words += (words.empty() ? "" : " ") + node.name;
    for (const auto& option : command.options)
        words += (words.empty() ? "" : " ") + option.name;
    return words;
}

void print_cases(std::ostream& out, const CommandNode& command) {
    out << "    \"" << command.path << "\") words=\"" << words_after(command) << "\" ;;\n";
    for (const auto& node : command.children)
        print_cases(out, node);
}

void print_paths(std::ostream& out, const CommandNode& command) {
    for (const auto& node : command.children) {
        out << "|\"" << node.path << '"';
        print_paths(out, node);
    }
}

// bash, and zsh with its bashcompinit.
void print_bash(std::ostream& out, const CommandNode& root) {
    out << "_edgeward() {\n"
           "  local current=${COMP_WORDS[COMP_CWORD]} path=edgeward words= word i\n"
           "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "    word=${COMP_WORDS[i]}\n"
           "    case \"$path $word\" in\n"
           "    \"\"";
    print_paths(out, root);
    out << ") path=\"$path $word\" ;;\n"
           "    esac\n"
           "  done\n"
           "  case \"$path\" in\n";
    print_cases(out, root);
    out << "  esac\n"
           "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "}\n"
           "complete -o default -F _edgeward edgeward\n";
}

std::string in_quotes(const std::string& text) {
    std::string made = "'";
    for (const char c : text)
        made += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return made + '\'';
}

void print_fish(std::ostream& out, const CommandNode& command) {
    // Offered where all words of the path have been typed and none of the commands below it.
    std::string condition;
    std::string word;
    std::istringstream path(command.path.substr(
        command.path.find(' ') == std::string::npos ? command.path.size() : command.path.find(' ') + 1));
    while (path >> word)
        condition += (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + word);
    std::string below;
    for (const auto& node : command.children)
        below += ' ' + node.name;
    if (!below.empty())
        condition += (condition.empty() ? "" : "; and ") + ("not __fish_seen_subcommand_from" + below);
    const std::string when = condition.empty() ? "" : " -n " + in_quotes(condition);
    for (const auto& node : command.children)
        out << "complete -c edgeward" << when << " -f -a " << node.name << " -d " << in_quotes(node.summary)
            << '\n';
    for (const auto& option : command.options) {
        if (!option.name.starts_with("--")) continue;
        out << "complete -c edgeward" << when << " -l " << option.name.substr(2)
            << (option.takes_value ? " -r" : "") << " -d " << in_quotes(option.summary) << '\n';
    }
    for (const auto& node : command.children)
        print_fish(out, node);
}

}  // namespace

void add_completion_command(CLI::App& app, const CommandOptions&, int& exit) {
    auto* command =
        app.add_subcommand("completion",
                           "Print what makes a shell complete commands: edgeward completion bash > "
                           "/etc/bash_completion.d/edgeward");
    auto shell = std::make_shared<std::string>();  // shared: lives as long as the parser's callback
    command->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->callback([&app, &exit, shell] {
        const CommandNode root = command_tree(app);
        if (*shell == "zsh") std::cout << "autoload -U +X bashcompinit && bashcompinit\n";
        if (*shell == "fish") {
            print_fish(std::cout, root);
        } else {
            print_bash(std::cout, root);
        }
        exit = exit_success;
    });
}

}  // namespace edgeward::app
