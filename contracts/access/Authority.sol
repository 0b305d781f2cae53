// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title Who may call the restricted functions, and after what delay
/// @notice Contracts: OpenZeppelin's AccessManager decides, unchanged, and is what gets deployed. This
/// line only makes the compiler build it with the project; it has no code of its own.
abstract contract Authority is AccessManager {}
