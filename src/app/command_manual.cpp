// `edgeward manual`: the manual page edgeward(1), made from the command line itself.

#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "command.hpp"
#include "command_tree.hpp"

namespace edgeward::app {
namespace {

// groff_man(7): a hyphen is a minus sign, and a line must not begin with a control character.
std::string roff(const std::string& text) {
    std::string made;
    for (const char c : text) {
        if (c == '\\') {
            made += "\\e";
        } else if (c == '-') {
            made += "\\-";
        } else if ((c == '.' || c == '\'') && (made.empty() || made.back() == '\n')) {
            made += std::string("\\&") + c;
        } else {
            made += c;
        }
    }
    return made;
}

void print_options(std::ostream& out, const CommandNode& command) {
    for (const auto& option : command.options) {
        if (option.name == "--help") continue;
        out << ".TP\n\\fB" << roff(option.name) << "\\fR\n" << roff(option.summary);
        if (!option.fallback.empty()) out << " (default: " << roff(option.fallback) << ')';
        out << '\n';
    }
}

void print_command(std::ostream& out, const CommandNode& command) {
    if (command.children.empty()) {
        out << ".SS \"" << roff(command.path) << "\"\n" << roff(command.summary) << ".\n";
        print_options(out, command);
    }
    for (const auto& child : command.children)
        print_command(out, child);
}

void print_manual(std::ostream& out, const CommandNode& root) {
    out << ".TH EDGEWARD 1 \"\" \"Edgeward " EDGEWARD_VERSION
           "\"\n"
           ".SH NAME\nedgeward \\- secure medical edge gateway\n"
           ".SH SYNOPSIS\n.B edgeward\n[\\fIoptions\\fR] \\fIcommand\\fR …\n"
           ".SH DESCRIPTION\n"
        << roff(root.summary) << "\n.SH OPTIONS\nUnderstood before and after the command.\n";
    print_options(out, root);
    out << ".SH COMMANDS\n";
    for (const auto& child : root.children)
        print_command(out, child);
    out << ".SH EXIT STATUS\n"
           ".TP\n0\nsuccess\n"
           ".TP\n1\nthe thing asked for did not succeed\n"
           ".TP\n2\nwrong command line\n"
           ".TP\n3\nthe daemon, a file or a peer does not answer\n"
           ".TP\n4\nnot allowed\n"
           ".TP\n5\nconfiguration or credential to be mended\n"
           ".TP\n6\nstored data does not verify: call a person\n"
           ".P\n\\fBedgeward audit verify\\fR has its own, see there.\n"
           ".SH FILES\n"
           ".TP\n/etc/edgeward/edgeward.toml\nthe configuration\n"
           ".TP\n/etc/edgeward/mappings/\nhow devices' messages are read\n"
           ".TP\n/var/lib/edgeward/\nkey ring and databases\n"
           ".TP\n/run/edgeward/control.sock\nthe daemon's control socket\n"
           ".SH SEE ALSO\n"
           "/usr/share/doc/edgeward/operations.md, /usr/share/doc/edgeward/configuration.md,\n"
           ".BR systemd\\-creds (1), mosquitto (8)\n";
}

}  // namespace

void add_manual_command(CLI::App& app, const CommandOptions&, int& exit) {
    auto* command = app.add_subcommand("manual", "Print the manual page: edgeward manual | man -l -");
    command->callback([&app, &exit] {
        print_manual(std::cout, command_tree(app));
        exit = exit_success;
    });
}

}  // namespace edgeward::app
