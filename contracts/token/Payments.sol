// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {AccountBook} from "./AccountBook.sol";

/// @title Payments by the holder's own transaction: ERC-20
/// @notice Contracts: approving is not paying, so it does not look at freeze or pause; spending does.
abstract contract Payments is AccountBook {
    mapping(address owner => mapping(address spender => uint256)) private _allowances;

    /// @inheritdoc IERC20
    function transfer(address to, uint256 value) external returns (bool) {
        _pay(msg.sender, to, value);
        return true;
    }

    /// @inheritdoc IERC20
    /// @dev A frozen account cannot spend others' money either.
    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _spendAllowance(from, value);
        _requireUnfrozen(msg.sender);
        _pay(from, to, value);
        return true;
    }

    /// @inheritdoc IERC20
    function approve(address spender, uint256 value) external returns (bool) {
        _approve(msg.sender, spender, value);
        return true;
    }

    /// @inheritdoc IERC20
    function allowance(address owner, address spender) external view returns (uint256) {
        return _allowances[owner][spender];
    }

    function _approve(address owner, address spender, uint256 value) internal {
        if (spender == address(0)) revert ERC20InvalidSpender(spender);
        _allowances[owner][spender] = value;
        emit Approval(owner, spender, value);
    }

    /// @dev The largest number means "without end" and is not counted down, as wallets expect.
    function _spendAllowance(address owner, uint256 value) private {
        uint256 allowed = _allowances[owner][msg.sender];
        if (allowed == type(uint256).max) return;
        if (value > allowed) revert ERC20InsufficientAllowance(msg.sender, allowed, value);
        unchecked {
            _allowances[owner][msg.sender] = allowed - value; // value <= allowed, one line above
        }
    }
}
