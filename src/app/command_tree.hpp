#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace edgeward::app {

// The command line as its completion and its manual tell it.
struct CommandOption {
    std::string name;  // "--config", or the name of a positional
    std::string summary;
    std::string fallback;  // the default as help shows it; empty: none
    bool takes_value = false;
    bool positional = false;
};
struct CommandNode {
    std::string name;     // "check"
    std::string path;     // "edgeward config check"
    std::string summary;  // what help says
    std::vector<CommandOption> options;
    std::vector<CommandNode> children;
};

CommandNode command_tree(const CLI::App& app);

}  // namespace edgeward::app
