#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/delivery/destination_settings.hpp>
#include <edgeward/transport/transport.hpp>

namespace edgeward::app {

// The connection that a destination's form asks for; a new kind of destination is a branch here. Nothing is
// connected yet. misconfigured: a credential is missing or unusable. `credentials` and the executor's context
// must outlive it.
Result<std::unique_ptr<transport::Transport>> open_destination_transport(
    const delivery::DestinationSettings& destination, const config::Credentials& credentials,
    const boost::asio::any_io_executor& executor,
    std::shared_ptr<transport::CommitmentDesk> commitments = {});

}  // namespace edgeward::app
