#include <exception>
#include <iostream>

#include "command.hpp"

int main(int argc, char** argv) {
    try {
        return edgeward::app::run_command_line(argc, argv);
    } catch (const std::exception& error) {
        // Out of memory and bugs; expected failures are values.
        std::cerr << "edgeward: error: unexpected: " << error.what() << '\n';
        return edgeward::app::exit_failure;
    }
}
